//! The catalogue is complete, and its words can be relied on.

use sipwhy_catalogue::{
    Class, SeverityHint, brief, cause, causes, class_of, code, codes, find, suggest, warning,
    warnings,
};

/// The IANA registry of SIP response codes.
const REGISTERED: [u16; 75] = [
    100, 180, 181, 182, 183, 199, 200, 202, 204, 300, 301, 302, 305, 380, 400, 401, 402, 403, 404,
    405, 406, 407, 408, 410, 412, 413, 414, 415, 416, 417, 420, 421, 422, 423, 424, 425, 428, 429,
    430, 433, 436, 437, 438, 439, 440, 469, 470, 480, 481, 482, 483, 484, 485, 486, 487, 488, 489,
    491, 493, 494, 500, 501, 502, 503, 504, 505, 513, 555, 580, 600, 603, 604, 606, 607, 608,
];

#[test]
fn every_registered_code_has_an_entry() {
    let ours: Vec<u16> = codes()
        .iter()
        .filter(|entry| entry.registered)
        .map(|entry| entry.code)
        .collect();
    assert_eq!(ours, REGISTERED);
}

#[test]
fn codes_outside_the_registry_are_marked() {
    let others: Vec<u16> = codes()
        .iter()
        .filter(|entry| !entry.registered)
        .map(|entry| entry.code)
        .collect();
    assert_eq!(others, [409, 411, 473, 475, 476, 477, 478, 479, 490, 687]);
}

#[test]
fn a_call_that_ends_as_its_users_wished_is_never_more_than_a_note() {
    for number in [433, 480, 486, 487, 600, 603, 607, 608] {
        assert_eq!(
            code(number).unwrap().severity,
            Some(SeverityHint::Note),
            "{number}"
        );
    }
}

#[test]
fn server_failures_are_faults() {
    for entry in codes()
        .iter()
        .filter(|entry| (500..=505).contains(&entry.code))
    {
        assert_eq!(entry.severity, Some(SeverityHint::Error), "{}", entry.code);
    }
}

#[test]
fn classes_follow_the_first_digit() {
    assert_eq!(class_of(99), None);
    assert_eq!(class_of(100), Some(Class::Provisional));
    assert_eq!(class_of(305), Some(Class::Redirection));
    assert_eq!(class_of(699), Some(Class::GlobalFailure));
    assert_eq!(class_of(700), None);
    assert!(
        codes()
            .iter()
            .all(|entry| Some(entry.class()) == class_of(entry.code))
    );
}

#[test]
fn unknown_codes_fall_back_on_their_class() {
    assert_eq!(Class::Provisional.fallback(), 183);
    assert_eq!(Class::RequestFailure.fallback(), 400);
    for number in 100..700 {
        assert!(!brief(number).is_empty());
    }
    assert_eq!(brief(486), "the callee is busy at this phone");
    assert_eq!(
        brief(499),
        "this server does not take the request as it stands"
    );
    assert!(brief(42).contains("100 to 699"));
}

#[test]
fn codes_are_found_by_number_and_name() {
    for query in [
        "305",
        "use proxy",
        "Use-Proxy",
        "305 Use Proxy",
        "USE PROXY",
    ] {
        assert_eq!(find(query).map(|entry| entry.code), Some(305), "{query}");
    }
    for entry in codes() {
        assert_eq!(find(entry.name).map(|found| found.name), Some(entry.name));
    }
    assert!(find("nonsense").is_none());
}

#[test]
fn slips_are_met_with_a_suggestion() {
    assert_eq!(suggest("busy", &[])[0], "486 Busy Here");
    assert_eq!(suggest("use prxy", &[])[0], "305 Use Proxy");
    assert_eq!(suggest("tring", &[])[0], "100 Trying");
    assert!(suggest("350", &[]).contains(&"305 Use Proxy".to_owned()));
    assert_eq!(
        suggest("stuck-on-tryng", &["stuck-on-trying"])[0],
        "stuck-on-trying"
    );
    assert!(suggest("xyzzyplugh", &[]).is_empty());
    assert!(suggest("", &[]).is_empty());
}

#[test]
fn causes_and_warnings_are_found_by_number() {
    assert_eq!(cause(17).unwrap().sip, Some(486));
    assert_eq!(cause(16).unwrap().sip, None);
    assert_eq!(cause(34).unwrap().sip, Some(503));
    assert!(cause(10).is_none());
    assert!(
        causes()
            .iter()
            .all(|cause| (1..=127).contains(&cause.number))
    );
    assert_eq!(warning(305).unwrap().name, "Incompatible media format");
    assert!(
        warnings()
            .iter()
            .all(|warning| (300..400).contains(&warning.number))
    );
}
