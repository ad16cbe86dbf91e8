//! What cannot be captured from, and what is said of it.

use std::process::Command;

use sipwhy_capture::live::{Live, LiveConfig, LiveError, interfaces};

use crate::namespace::{inside, run};

fn refused(config: &LiveConfig) -> LiveError {
    match Live::start(config) {
        Ok(_) => panic!("{config:?} was captured from"),
        Err(error) => error,
    }
}

#[test]
fn interfaces_that_do_not_exist() {
    inside("refused::interfaces_that_do_not_exist", || {
        let error = refused(&LiveConfig::new("l0"));
        assert_eq!(
            error.to_string(),
            "no interface l0; did you mean lo? there are: any, lo",
            "{error:?}"
        );
        let error = refused(&LiveConfig::new("eth\u{1b}9"));
        assert!(
            error.to_string().starts_with("no interface eth\\u{1b}9; "),
            "{error}"
        );
        assert!(matches!(
            refused(&LiveConfig::new("")),
            LiveError::NoSuchInterface { .. }
        ));
        assert!(matches!(
            refused(&LiveConfig::new("a\0b")),
            LiveError::NoSuchInterface { .. }
        ));
        let lo = interfaces()
            .unwrap()
            .into_iter()
            .find(|one| one.name == "lo")
            .unwrap();
        assert!(lo.loopback && lo.up);
        assert!(lo.addresses.contains(&"127.0.0.1".parse().unwrap()));
    });
}

#[test]
fn interfaces_that_are_down() {
    inside("refused::interfaces_that_are_down", || {
        run("ip link set lo down");
        assert_eq!(
            refused(&LiveConfig::new("lo")).to_string(),
            "interface lo is down; bring it up (ip link set lo up) and capture again"
        );
    });
}

#[test]
fn filters_that_make_no_sense() {
    inside("refused::filters_that_make_no_sense", || {
        let mut config = LiveConfig::new("lo");
        config.filter = Some("udp prot 5060".to_owned());
        let text = refused(&config).to_string();
        assert!(
            text.starts_with("the filter \"udp prot 5060\" is not understood: "),
            "{text}"
        );
        config.filter = Some("ud\0p".to_owned());
        assert!(matches!(refused(&config), LiveError::BadFilter { .. }));
    });
}

#[test]
fn settings_out_of_bounds() {
    let mut config = LiveConfig::new("lo");
    config.snaplen = 0;
    let text = refused(&config).to_string();
    assert_eq!(
        text,
        "a snap length of 0 bytes is not possible; choose 1 to 262144"
    );
    config = LiveConfig::new("lo");
    config.buffer_bytes = u32::MAX;
    let text = refused(&config).to_string();
    assert!(
        text.starts_with("a capture buffer of 4294967295 bytes is not possible"),
        "{text}"
    );
}

#[test]
fn without_permission() {
    const AS_NOBODY: &str = "SIPWHY_TEST_NOBODY";
    if std::env::var_os(AS_NOBODY).is_some() {
        let text = refused(&LiveConfig::new("lo")).to_string();
        assert_eq!(
            text,
            "no permission to capture on lo; run as root, or once as root: setcap \
             cap_net_raw=eip $(which sipwhy)"
        );
        return;
    }
    // The same test again without any capability, so that it does not matter who runs it.
    let done = Command::new("setpriv")
        .args(["--bounding-set=-all", "--inh-caps=-all", "--"])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "refused::without_permission", "--nocapture"])
        .env(AS_NOBODY, "1")
        .output();
    match done {
        Ok(done) if String::from_utf8_lossy(&done.stdout).contains("running 1 test") => {
            let text = String::from_utf8_lossy(&done.stderr).into_owned();
            assert!(done.status.success(), "{text}");
        }
        _ => println!("skipped: setpriv cannot take the capabilities away here"),
    }
}
