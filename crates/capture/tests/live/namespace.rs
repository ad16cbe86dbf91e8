//! A network namespace for a test.

use std::process::{Command, Stdio};

/// Set for the test that is run again inside a namespace.
const INSIDE: &str = "SIPWHY_TEST_NAMESPACE";

/// Runs `body` in a new network namespace with its loopback interface up: this test program is
/// started once more there, for the test of the given name alone.
pub(crate) fn inside(test: &str, body: impl FnOnce()) {
    if std::env::var_os(INSIDE).is_some() {
        run("ip link set lo up");
        return body();
    }
    let can = |program: &str, args: &[&str]| {
        let done = Command::new(program)
            .args(args)
            .stderr(Stdio::null())
            .status();
        done.is_ok_and(|status| status.success())
    };
    if !can("unshare", &["--net", "ip", "link", "set", "lo", "up"]) {
        println!("skipped: no network namespace can be made here; run as root, with iproute2");
        return;
    }
    let done = Command::new("unshare")
        .arg("--net")
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(INSIDE, "1")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&done.stdout);
    println!("{text}{}", String::from_utf8_lossy(&done.stderr));
    assert!(
        done.status.success() && text.contains("1 passed"),
        "{test} in a namespace"
    );
}

/// Runs a command that must succeed.
pub(crate) fn run(command: &str) {
    let mut words = command.split(' ');
    let status = Command::new(words.next().unwrap())
        .args(words)
        .status()
        .unwrap();
    assert!(status.success(), "{command}");
}
