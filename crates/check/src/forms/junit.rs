//! JUnit's XML: a test case for each capture, and for each expectation.

use std::io::{self, Write};

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use sipwhy_report::{Layout, Output};

use super::{side_by_side, text, words};
use crate::expect::Expected;
use crate::result::{CaptureResult, Checked};

/// Columns of the text in a failure.
const WIDTH: usize = 100;

pub(crate) fn write(checked: &Checked, out: &mut dyn Write) -> io::Result<()> {
    let mut suite = TestSuite::new("sipwhy check");
    for capture in &checked.captures {
        if !capture.is_missing {
            suite.add_test_case(case(capture, checked));
        }
        for expected in &capture.expectations {
            suite.add_test_case(expectation(capture, expected));
        }
    }
    let mut report = Report::new("sipwhy");
    report.add_test_suite(suite);
    // What is skipped is counted in the suite; at the root the count is an extension, which the
    // schema of Jenkins refuses. The root comes first.
    let extension = format!(" skipped=\"{}\"", report.skipped);
    let text = report.to_string().map_err(io::Error::other)?;
    out.write_all(text.replacen(&extension, "", 1).as_bytes())
}

fn case(capture: &CaptureResult, checked: &Checked) -> TestCase {
    let mut case = TestCase::new(printed(&capture.name), status(capture, checked));
    case.set_classname("sipwhy.check");
    if !capture.fails && capture.told().next().is_some() {
        case.set_system_out(printed(&told(capture)));
    }
    case
}

/// The case of an expectation.
fn expectation(capture: &CaptureResult, expected: &Expected) -> TestCase {
    let status = match expected.is_met {
        true => TestCaseStatus::success(),
        false => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(printed(&expected.summary));
            status.set_type("expectation");
            let details = side_by_side::details(capture, expected);
            status.set_description(printed(&details.join("\n")));
            status
        }
    };
    let name = format!("{}: {}", capture.name, expected.name);
    let mut case = TestCase::new(printed(&name), status);
    case.set_classname("sipwhy.expect");
    case
}

fn status(capture: &CaptureResult, checked: &Checked) -> TestCaseStatus {
    if !capture.unreadable.is_empty() {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        let mut description = capture.unreadable.join("\n");
        if capture.fails {
            description = format!("{description}\n\n{}", told(capture));
        }
        status.set_message(printed(&words::verdict(capture)));
        status.set_type("unreadable");
        status.set_description(printed(&description));
        return status;
    }
    if capture.fails {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_message(printed(&words::tally(capture.told())));
        status.set_type(words::rule_of_failure(checked.threshold));
        status.set_description(printed(&told(capture)));
        return status;
    }
    if capture.is_empty() {
        let mut status = TestCaseStatus::skipped();
        status.set_message("no SIP messages in it");
        return status;
    }
    TestCaseStatus::success()
}

fn told(capture: &CaptureResult) -> String {
    let (output, gathered) = Output::gathered();
    let layout = Layout {
        width: WIDTH,
        colour: false,
    };
    text::findings(capture, &output, layout);
    String::from_utf8_lossy(&gathered.take()).into_owned()
}

/// Without the two characters that XML 1.0 (§2.2) forbids and that are printable otherwise; the
/// controls among them were escaped when they were quoted.
fn printed(text: &str) -> String {
    text.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}
