//! Pages to be passed on, as files and filters choose what is in them.

use crate::run::{capture, run, scratch};

fn shown(page: &str, id: &str) -> bool {
    page.contains(&format!(" id=\"{id}\""))
}

#[test]
fn a_page_holds_the_calls_that_a_filter_shows() {
    let file = capture("stuck-second-proxy.pcap");
    let all = run(&["read", "--format", "html", &file]);
    assert_eq!(all.status, 0, "{}", all.err);
    assert!(all.out.starts_with("<!doctype html>\n"), "{}", all.out);
    assert!(all.out.ends_with("</html>\n"));
    assert!(
        all.out
            .contains("<title>stuck-second-proxy.pcap · sipwhy</title>")
    );
    let calls = |page: &str| page.matches("<article class=\"call\"").count();
    let some = run(&[
        "read",
        "--format",
        "html",
        "--rule",
        "stuck-on-trying",
        &file,
    ]);
    assert!(calls(&all.out) > calls(&some.out));
    assert_eq!(calls(&some.out), 1);
    let none = run(&["read", "--format", "html", "--code", "404", &file]);
    assert_eq!(calls(&none.out), 0);
    assert!(none.out.contains("Nothing to show of "), "{}", none.out);
}

#[test]
fn check_makes_one_page_of_all_captures_however_many_are_read_at_a_time() {
    let files = ["busy.pcap", "use-proxy-ignored-old-destination.pcap"].map(capture);
    let page = |name: &str, jobs: &str| {
        let path = scratch(name);
        let format = format!("html={}", path.display());
        let [one, other] = &files;
        let ran = run(&["check", "--jobs", jobs, "--format", &format, one, other]);
        assert_eq!(ran.status, 1, "{}", ran.err);
        assert_eq!(ran.out, "");
        std::fs::read_to_string(path).unwrap()
    };
    let page_of_one = page("one.html", "1");
    assert_eq!(page_of_one, page("two.html", "2"));
    assert!(page_of_one.contains("<title>2 captures · sipwhy</title>"));
    for id in ["c1-call-1", "c2-call-1", "c2-finding-1", "code-486"] {
        assert!(shown(&page_of_one, id), "{id}");
    }
    assert!(
        !shown(&page_of_one, "finding-1"),
        "each capture has ids of its own"
    );
}

#[test]
fn live_makes_no_page() {
    let ran = run(&["live", "-i", "lo", "--format", "html"]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("use sipwhy read"), "{}", ran.err);
}
