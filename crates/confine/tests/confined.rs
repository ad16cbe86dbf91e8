//! What a process can still do once it is confined. Each runs in a process of its own, for there is
//! no way back.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic)]

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use sipwhy_confine::{Kept, User, confine, rights};

/// The folder that the confined process may write to.
const FOLDER: &str = "SIPWHY_TEST_FOLDER";

/// Runs one of the ignored tests below, as a process. Gives what it printed.
fn run(test: &str, folder: &PathBuf) -> String {
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", test, "--ignored", "--nocapture"])
        .env(FOLDER, folder)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}{errors}");
    said
}

fn folder(name: &str) -> PathBuf {
    let folder = env::temp_dir().join(format!("sipwhy-confine-{name}-{}", std::process::id()));
    fs::create_dir_all(folder.join("logs")).unwrap();
    fs::write(folder.join("secret"), "secret").unwrap();
    let everybody = std::os::unix::fs::PermissionsExt::from_mode(0o777);
    fs::set_permissions(folder.join("logs"), everybody).unwrap();
    folder
}

#[test]
fn nothing_is_left_but_what_was_kept() {
    let folder = folder("all");
    let said = run("child_that_gives_up_everything", &folder);
    fs::remove_dir_all(&folder).unwrap();
    let had = rights();
    let says = |words: &str| assert!(said.contains(words), "no “{words}” in\n{said}");
    says("writes its log: true");
    says("may capture: false");
    if had.is_root {
        says("is root: false");
    } else {
        println!("skipped in part: not run as root");
    }
    if had.has_seccomp {
        says("starts programs: false");
    }
    if had.has_landlock {
        says("reads what others wrote: false");
        says("opens TCP ports: false");
        says("connects where it may: true");
        says("connects elsewhere: false");
    }
}

#[test]
fn the_right_to_capture_can_be_kept() {
    if !rights().may_capture {
        println!("skipped: no right to capture here");
        return;
    }
    let folder = folder("captures");
    let said = run("child_that_keeps_the_right_to_capture", &folder);
    fs::remove_dir_all(&folder).unwrap();
    assert!(said.contains("may capture: true"), "{said}");
    assert!(said.contains("may become others: false"), "{said}");
}

/// Whom to become: root becomes nobody, anybody else stays.
fn unprivileged() -> Option<User> {
    rights().is_root.then(|| User::find("nobody").unwrap())
}

#[test]
#[ignore = "run as a process by the tests above"]
fn child_that_gives_up_everything() {
    let folder = PathBuf::from(env::var_os(FOLDER).unwrap());
    let [collector, other] = [(); 2].map(|()| std::net::TcpListener::bind("127.0.0.1:0").unwrap());
    let [collector_at, other_at] = [&collector, &other].map(|it| it.local_addr().unwrap());
    let kept = Kept {
        user: unprivileged(),
        connects: vec![collector_at.port()],
        writes: vec![folder.join("logs"), folder.join("not there")],
        ..Kept::default()
    };
    let confined = confine(&kept).unwrap();
    println!("{confined}");
    let log = folder.join("logs/log");
    let writes = fs::write(&log, "a line")
        .and_then(|()| fs::rename(&log, folder.join("logs/log.1")))
        .and_then(|()| fs::read(folder.join("logs/log.1")));
    println!("writes its log: {}", writes.is_ok());
    let read = fs::read(folder.join("secret"));
    println!("reads what others wrote: {}", read.is_ok());
    let started = Command::new("/bin/true").status();
    println!("starts programs: {}", started.is_ok());
    let opened = std::net::TcpListener::bind("127.0.0.1:0");
    println!("opens TCP ports: {}", opened.is_ok());
    for (which, address) in [("where it may", collector_at), ("elsewhere", other_at)] {
        let connected = std::net::TcpStream::connect(address);
        println!("connects {which}: {}", connected.is_ok());
    }
    let now = rights();
    println!("is root: {}", now.is_root);
    println!("may capture: {}", now.may_capture);
    // Another thread is no way out.
    let started = std::thread::spawn(|| Command::new("/bin/true").status());
    let started = started.join().unwrap().is_ok();
    assert!(!started || !confined.calls, "a thread starts programs");
}

#[test]
#[ignore = "run as a process by the tests above"]
fn child_that_keeps_the_right_to_capture() {
    let kept = Kept {
        user: unprivileged(),
        captures: true,
        ..Kept::default()
    };
    confine(&kept).unwrap();
    let now = rights();
    println!("may capture: {}", now.may_capture);
    println!("may become others: {}", now.may_become_others);
}
