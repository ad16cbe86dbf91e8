use std::io::Write as _;

use super::*;

/// A folder of this test alone.
fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("sipwhy-tail-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir(&folder).unwrap();
    folder
}

/// All that is there to be read.
fn all(log: &mut Growing) -> Vec<String> {
    let mut lines = Vec::new();
    loop {
        let mut sink = |line: &[u8]| lines.push(String::from_utf8_lossy(line).into_owned());
        if log.read(&mut sink).unwrap() == Look::Nothing {
            return lines;
        }
    }
}

fn add(path: &Path, text: &str) {
    let file = File::options().create(true).append(true).open(path);
    file.unwrap().write_all(text.as_bytes()).unwrap();
}

#[test]
fn the_last_lines_are_where_it_begins() {
    let path = folder("last").join("log");
    let many: String = (0..30_000)
        .map(|number| format!("line {number}\n"))
        .collect();
    for (text, count, expected) in [
        ("", 10, vec![]),
        ("a\nb\nc\n", 2, vec!["b", "c"]),
        ("a\nb\nc", 2, vec!["b"]),
        ("a\nb\n", 2, vec!["a", "b"]),
        ("a\nb\n", 9, vec!["a", "b"]),
        ("a\nb\n", 0, vec![]),
        ("\n\n\n", 2, vec!["", ""]),
        (&many, 2, vec!["line 29998", "line 29999"]),
    ] {
        fs::write(&path, text).unwrap();
        let mut log = Growing::open(&path).unwrap();
        log.skip_to_last(count).unwrap();
        assert_eq!(all(&mut log), expected, "{count} of {text:.20}");
    }
    fs::write(&path, &many).unwrap();
    let mut log = Growing::open(&path).unwrap();
    log.skip_to_last(20_000).unwrap();
    let lines = all(&mut log);
    assert_eq!((lines.len(), lines[0].as_str()), (20_000, "line 10000"));
}

#[test]
fn a_line_is_told_when_it_is_whole() {
    let path = folder("whole").join("log");
    let mut log = Growing::open(&path).unwrap();
    assert!(!log.is_there());
    assert_eq!(all(&mut log), [""; 0]);
    add(&path, "one\ntw");
    assert_eq!(all(&mut log), ["one"]);
    add(&path, "o\n");
    assert_eq!(all(&mut log), ["two"]);
}

#[test]
fn every_file_that_had_the_name_is_read_to_its_end() {
    let path = folder("rotated").join("log");
    let rotated = |number: u32| PathBuf::from(format!("{}.{number}", path.display()));
    add(&path, "1\n");
    let mut log = Growing::open(&path).unwrap();
    assert_eq!(all(&mut log), ["1"]);
    // Written after the last look; then rotated twice before the next.
    add(&path, "2\n");
    fs::rename(&path, rotated(1)).unwrap();
    assert_eq!(all(&mut log), ["2"]);
    add(&path, "3\n4");
    fs::rename(rotated(1), rotated(2)).unwrap();
    fs::rename(&path, rotated(1)).unwrap();
    add(&path, "5\n");
    assert_eq!(all(&mut log), ["3", "4", "5"]);
    // By somebody who calls the old one otherwise.
    fs::rename(&path, path.with_extension("old")).unwrap();
    add(&path, "6\n");
    assert_eq!(all(&mut log), ["6"]);
}

#[test]
fn a_file_that_was_cut_off_is_read_anew() {
    let path = folder("cut").join("log");
    add(&path, "one\ntwo\n");
    let mut log = Growing::open(&path).unwrap();
    assert_eq!(all(&mut log), ["one", "two"]);
    fs::write(&path, "3\n").unwrap();
    assert_eq!(all(&mut log), ["3"]);
}

#[test]
fn what_is_no_file_is_refused() {
    let folder = folder("none");
    assert!(Growing::open(&folder).is_err());
}
