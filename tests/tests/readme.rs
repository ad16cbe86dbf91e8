//! What README shows is what the tool says.

use sipwhy_capture::file::Reader;
use sipwhy_pipeline::Config;
use sipwhy_tests::{captures, root, shown};

#[test]
fn the_diagnosis_in_the_readme_is_the_real_one() {
    let name = "use-proxy-ignored-old-destination.pcap";
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let reader = Reader::open(captures().join(name), 0).unwrap();
    let shown = shown(reader, name, Config::default()).unwrap();
    assert!(!shown.text.is_empty());
    assert!(
        readme.contains(shown.text.trim_end()),
        "README's sample is not what is said of {name} now:\n{}",
        shown.text
    );
}
