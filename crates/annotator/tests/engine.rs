//! The engine on messages handed to it directly: its bounds, and how it matches messages.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use sipwhy_annotator::{Config, Counters, Ended, Engine, Limits, Part, Seen};
use sipwhy_packet::{Captured, DatagramMark, Flow, FrameId, Timestamp, Transport};
use sipwhy_parser::Scanner;

/// An engine, and what it takes to hand it one datagram after another.
struct Bench {
    engine: Engine,
    scanner: Scanner,
    frames: u64,
    millis: u64,
}

impl Bench {
    fn new(limits: Limits) -> Self {
        let config = Config {
            limits,
            ..Config::default()
        };
        Self {
            engine: Engine::new(config),
            scanner: Scanner::new(),
            frames: 0,
            millis: 0,
        }
    }

    /// Hands in a datagram a millisecond after the one before. The IP id tells copies apart.
    fn send(&mut self, from: SocketAddr, to: SocketAddr, ip_id: u32, text: &str) -> Seen {
        let bytes = text.replace('\n', "\r\n").into_bytes();
        self.frames += 1;
        self.millis += 1;
        let frame = FrameId {
            file: 0,
            number: self.frames,
        };
        let captured = Captured {
            bytes: &bytes,
            flow: Flow {
                source: from,
                destination: to,
                transport: Transport::Udp,
            },
            time: Timestamp::from_nanos(self.millis * 1_000_000),
            first_frame: frame,
            last_frame: frame,
            mark: Some(DatagramMark {
                ip_id,
                checksum: 0,
                len: 0,
            }),
            missing: 0,
        };
        let message = self.scanner.scan(&bytes);
        self.engine.handle_message(&message, &captured)
    }

    fn wait(&mut self, millis: u64) {
        self.millis += millis;
        self.engine
            .handle_timeout(Timestamp::from_nanos(self.millis * 1_000_000));
    }

    fn counters(&self) -> Counters {
        self.engine.counters()
    }
}

const ALICE: SocketAddr = host(5);
const PROXY: SocketAddr = host(1);
const BOB: SocketAddr = host(9);
const STRANGER: SocketAddr = host(77);

const fn host(last: u8) -> SocketAddr {
    SocketAddr::new(IpAddr::V4(Ipv4Addr::new(10, 0, 0, last)), 5060)
}

fn request(method: &str, branch: &str, call_id: &str, cseq: u32) -> String {
    format!(
        "{method} sip:bob@10.0.0.1 SIP/2.0\nVia: SIP/2.0/UDP 10.0.0.5;branch={branch}\n\
         From: <sip:alice@example.com>;tag=a\nTo: <sip:bob@example.com>\nCall-ID: {call_id}\n\
         CSeq: {cseq} {method}\nContent-Length: 0\n\n"
    )
}

fn response(code: u16, method: &str, branch: &str, call_id: &str, cseq: u32) -> String {
    format!(
        "SIP/2.0 {code} Any\nVia: SIP/2.0/UDP 10.0.0.5;branch={branch}\n\
         From: <sip:alice@example.com>;tag=a\nTo: <sip:bob@example.com>;tag=b\n\
         Call-ID: {call_id}\nCSeq: {cseq} {method}\nContent-Length: 0\n\n"
    )
}

#[test]
fn a_flood_of_requests_keeps_no_more_than_the_bound_and_is_counted() {
    let mut bench = Bench::new(Limits {
        transactions: 10,
        calls: 5,
        ..Limits::default()
    });
    for number in 0..1000 {
        let (branch, call) = (format!("z9hG4bK{number}"), format!("c{number}"));
        bench.send(ALICE, PROXY, number, &request("INVITE", &branch, &call, 1));
    }
    let counters = bench.counters();
    assert_eq!(counters.transactions, 1000);
    assert_eq!(counters.calls_evicted, 995, "five calls remain");
    // The oldest call takes its transaction along, so no transaction had to go by itself.
    assert_eq!(counters.transactions_evicted, 0);
}

#[test]
fn a_call_id_used_for_ever_costs_no_more_than_its_bound() {
    let limits = Limits {
        transactions: 300,
        per_call: 16,
        ..Limits::default()
    };
    let mut bench = Bench::new(limits);
    for number in 0..1000 {
        let branch = format!("z9hG4bK{number}");
        bench.send(
            ALICE,
            PROXY,
            number,
            &request("OPTIONS", &branch, "same", number),
        );
    }
    let counters = bench.counters();
    assert_eq!(counters.transactions_evicted, 700);
    assert!(counters.transactions_apart > 0, "{counters:?}");
}

#[test]
fn one_call_with_ever_more_forks_is_bounded() {
    let mut bench = Bench::new(Limits {
        branches: 4,
        ..Limits::default()
    });
    bench.send(ALICE, PROXY, 0, &request("INVITE", "z9hG4bKtop", "c", 1));
    for number in 1..=20 {
        let text = request("INVITE", "z9hG4bKtop", "c", 1).replacen(
            "Via:",
            &format!("Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKfork{number}\nVia:"),
            1,
        );
        bench.send(PROXY, BOB, number, &text);
    }
    assert_eq!(bench.counters().branches_refused, 16);
}

#[test]
fn the_same_packet_twice_is_a_copy_and_a_new_packet_a_retransmission() {
    let mut bench = Bench::new(Limits::default());
    let invite = request("INVITE", "z9hG4bK1", "c", 1);
    assert_eq!(bench.send(ALICE, PROXY, 7, &invite).part, Part::New);
    assert_eq!(bench.send(ALICE, PROXY, 7, &invite).part, Part::Copy);
    bench.wait(500);
    assert_eq!(
        bench.send(ALICE, PROXY, 8, &invite).part,
        Part::Retransmission
    );
    let counters = bench.counters();
    assert_eq!((counters.copies, counters.request_retransmissions), (1, 1));
}

#[test]
fn without_the_magic_cookie_transactions_are_matched_as_rfc_2543_did() {
    let mut bench = Bench::new(Limits::default());
    // Old clients use one branch, or none that differs, for all that they send.
    let first = bench.send(ALICE, PROXY, 1, &request("INVITE", "1", "one", 1));
    let second = bench.send(ALICE, PROXY, 2, &request("INVITE", "1", "two", 1));
    assert_eq!((first.part, second.part), (Part::New, Part::New));
    assert_ne!(first.transaction, second.transaction);
    let answer = bench.send(PROXY, ALICE, 3, &response(180, "INVITE", "1", "two", 1));
    assert_eq!(answer.transaction, second.transaction);
}

#[test]
fn an_answer_belongs_to_the_request_of_its_method() {
    let mut bench = Bench::new(Limits::default());
    let invite = bench.send(ALICE, PROXY, 1, &request("INVITE", "z9hG4bK1", "c", 1));
    let cancel = bench.send(ALICE, PROXY, 2, &request("CANCEL", "z9hG4bK1", "c", 1));
    assert_ne!(invite.transaction, cancel.transaction);
    let ok = bench.send(
        PROXY,
        ALICE,
        3,
        &response(200, "CANCEL", "z9hG4bK1", "c", 1),
    );
    let end = bench.send(
        PROXY,
        ALICE,
        4,
        &response(487, "INVITE", "z9hG4bK1", "c", 1),
    );
    assert_eq!(ok.transaction, cancel.transaction);
    assert_eq!(end.transaction, invite.transaction);
    let ack = bench.send(ALICE, PROXY, 5, &request("ACK", "z9hG4bK1", "c", 1));
    assert_eq!(
        ack.transaction, invite.transaction,
        "the ACK to a 487 is the INVITE's own"
    );
}

#[test]
fn an_answer_that_goes_to_another_host_has_not_come_back() {
    let mut bench = Bench::new(Limits::default());
    bench.send(ALICE, PROXY, 1, &request("INVITE", "z9hG4bK1", "c", 1));
    let answer = response(180, "INVITE", "z9hG4bK1", "c", 1);
    assert_eq!(bench.send(PROXY, STRANGER, 2, &answer).part, Part::Stray);
    assert_eq!(bench.send(PROXY, ALICE, 3, &answer).part, Part::New);
}

#[test]
fn what_is_over_is_forgotten_in_time() {
    let mut bench = Bench::new(Limits::default());
    bench.send(ALICE, PROXY, 1, &request("OPTIONS", "z9hG4bK1", "c", 1));
    let answer = response(200, "OPTIONS", "z9hG4bK1", "c", 1);
    assert_eq!(bench.send(PROXY, ALICE, 2, &answer).part, Part::New);
    bench.wait(3_000);
    assert_eq!(
        bench.send(PROXY, ALICE, 3, &answer).part,
        Part::Retransmission
    );
    bench.wait(10_000);
    assert_eq!(bench.send(PROXY, ALICE, 4, &answer).part, Part::Unmatched);
}

#[test]
fn the_seed_of_the_hash_functions_changes_nothing() {
    let run = |seed| {
        let config = Config {
            hash_seed: seed,
            ..Config::default()
        };
        let mut bench = Bench::new(Limits::default());
        bench.engine = Engine::new(config);
        for number in 0..200 {
            let branch = format!("z9hG4bK{number}");
            let call = format!("c{}", number / 3);
            bench.send(
                ALICE,
                PROXY,
                number,
                &request("INVITE", &branch, &call, number),
            );
            bench.send(
                PROXY,
                ALICE,
                number,
                &response(100, "INVITE", &branch, &call, number),
            );
        }
        bench.wait(40_000);
        std::iter::from_fn(move || bench.engine.poll_annotation()).collect::<Vec<_>>()
    };
    let one = run(sipwhy_annotator::HashSeed(0, 0));
    let other = run(sipwhy_annotator::HashSeed(0x0123_4567_89ab_cdef, 42));
    assert!(!one.is_empty());
    assert_eq!(one, other);
}

#[test]
fn an_answered_call_is_forgotten_only_when_nothing_was_heard_of_it_for_long() {
    let mut bench = Bench::new(Limits {
        idle_call: Duration::from_secs(3600),
        ..Limits::default()
    });
    for call in ["silent", "busy"] {
        let branch = format!("z9hG4bK{call}");
        bench.send(ALICE, PROXY, 1, &request("INVITE", &branch, call, 1));
        bench.send(PROXY, ALICE, 2, &response(200, "INVITE", &branch, call, 1));
    }
    bench.wait(1_800_000);
    bench.send(ALICE, PROXY, 3, &request("OPTIONS", "z9hG4bKo", "busy", 2));
    bench.wait(1_900_000);
    // An ACK to a 2xx finds its call by the Call-ID, or not at all.
    let mut ack = |call| {
        let ack = request("ACK", "z9hG4bKack", call, 1);
        let ack = ack.replace(
            "To: <sip:bob@example.com>",
            "To: <sip:bob@example.com>;tag=b",
        );
        bench.send(ALICE, PROXY, 4, &ack).part
    };
    assert_eq!(ack("busy"), Part::New);
    assert_eq!(ack("silent"), Part::Unmatched);
    bench.wait(4_000_000);
    let ack = request("ACK", "z9hG4bKlate", "busy", 1);
    let ack = ack.replace(
        "To: <sip:bob@example.com>",
        "To: <sip:bob@example.com>;tag=b",
    );
    assert_eq!(bench.send(ALICE, PROXY, 5, &ack).part, Part::Unmatched);
}

#[test]
fn a_message_seen_on_both_sides_of_a_nat_is_one_message() {
    const INSIDE: SocketAddr = host(5);
    const OUTSIDE: SocketAddr = host(200);
    let mut bench = Bench::new(Limits::default());
    let invite = request("INVITE", "z9hG4bKn", "natted", 1);
    let ringing = response(180, "INVITE", "z9hG4bKn", "natted", 1)
        .replace("10.0.0.5;", "10.0.0.5;received=10.0.0.200;");
    let part =
        |bench: &mut Bench, from, to, ip_id, text: &str| bench.send(from, to, ip_id, text).part;

    assert_eq!(part(&mut bench, INSIDE, PROXY, 1, &invite), Part::New);
    assert_eq!(part(&mut bench, OUTSIDE, PROXY, 1, &invite), Part::Copy);
    assert_eq!(part(&mut bench, PROXY, OUTSIDE, 2, &ringing), Part::New);
    assert_eq!(part(&mut bench, PROXY, INSIDE, 2, &ringing), Part::Copy);
    // Sent again, and seen on both sides again.
    bench.wait(500);
    assert_eq!(
        part(&mut bench, INSIDE, PROXY, 3, &invite),
        Part::Retransmission
    );
    assert_eq!(part(&mut bench, OUTSIDE, PROXY, 3, &invite), Part::Copy);
    assert_eq!(
        part(&mut bench, PROXY, OUTSIDE, 4, &ringing),
        Part::Retransmission
    );
    assert_eq!(part(&mut bench, PROXY, INSIDE, 4, &ringing), Part::Copy);
    // A packet of its own is no copy, however soon it comes.
    assert_eq!(
        part(&mut bench, PROXY, INSIDE, 5, &ringing),
        Part::Retransmission
    );
    let counters = bench.counters();
    assert_eq!((counters.copies, counters.request_retransmissions), (4, 1));
}

/// An ACK to the answers that [`response`] writes.
fn ack(branch: &str, call_id: &str) -> String {
    request("ACK", branch, call_id, 1).replace("example.com>\nCall", "example.com>;tag=b\nCall")
}

const NAT: SocketAddr = host(200);

#[test]
fn a_call_seen_on_both_sides_of_a_nat_has_every_message_once() {
    let mut bench = Bench::new(Limits::default());
    let bye = request("BYE", "z9hG4bKbye", "c", 2);
    // Its server adds no `received`, so nothing but the request tells where responses go.
    let exchange = [
        (true, request("INVITE", "z9hG4bKi", "c", 1)),
        (false, response(100, "INVITE", "z9hG4bKi", "c", 1)),
        (false, response(180, "INVITE", "z9hG4bKi", "c", 1)),
        (false, response(200, "INVITE", "z9hG4bKi", "c", 1)),
        (true, ack("z9hG4bKack", "c")),
        (true, bye),
        (false, response(200, "BYE", "z9hG4bKbye", "c", 2)),
    ];
    for (ip_id, (is_outward, text)) in (1..).zip(&exchange) {
        let hops = if *is_outward {
            [(ALICE, PROXY), (NAT, PROXY)]
        } else {
            [(PROXY, NAT), (PROXY, ALICE)]
        };
        let parts = hops.map(|(from, to)| bench.send(from, to, ip_id, text).part);
        assert_eq!(parts, [Part::New, Part::Copy], "{text}");
    }
    assert_eq!(bench.counters().copies, 7);
}

#[test]
fn an_answer_to_where_no_sighting_of_its_request_came_from_stays_a_stray() {
    let mut bench = Bench::new(Limits::default());
    let invite = request("INVITE", "z9hG4bKi", "c", 1);
    let ringing = response(180, "INVITE", "z9hG4bKi", "c", 1);
    bench.send(ALICE, PROXY, 1, &invite);
    bench.send(NAT, PROXY, 1, &invite);
    assert_eq!(bench.send(PROXY, STRANGER, 2, &ringing).part, Part::Stray);
    // Seen twice, by a mirror.
    assert_eq!(bench.send(PROXY, STRANGER, 2, &ringing).part, Part::Copy);
    assert_eq!(bench.send(PROXY, STRANGER, 3, &ringing).part, Part::Stray);
    assert_eq!(bench.send(PROXY, NAT, 4, &ringing).part, Part::New);
}

#[test]
fn an_ack_seen_twice_is_one_and_an_ack_sent_twice_is_two() {
    for (code, branch) in [(200, "z9hG4bKack"), (486, "z9hG4bKi")] {
        let mut bench = Bench::new(Limits::default());
        bench.send(ALICE, PROXY, 1, &request("INVITE", "z9hG4bKi", "c", 1));
        let answer = response(code, "INVITE", "z9hG4bKi", "c", 1);
        bench.send(PROXY, ALICE, 2, &answer);
        let ack = ack(branch, "c");
        assert_eq!(bench.send(ALICE, PROXY, 3, &ack).part, Part::New, "{code}");
        assert_eq!(bench.send(ALICE, PROXY, 3, &ack).part, Part::Copy, "{code}");
        // Through a NAT as well.
        assert_eq!(bench.send(NAT, PROXY, 3, &ack).part, Part::Copy, "{code}");
        // The answer was sent again, so the ACK is: at once, and as a datagram of its own.
        bench.send(PROXY, ALICE, 4, &answer);
        let again = bench.send(ALICE, PROXY, 5, &ack).part;
        assert_eq!(again, Part::Retransmission, "{code}");
        assert_eq!(bench.send(ALICE, PROXY, 5, &ack).part, Part::Copy, "{code}");
        // Without an identification, as in IPv6, time tells.
        bench.wait(500);
        let again = bench.send(ALICE, PROXY, 5, &ack).part;
        assert_eq!(again, Part::Retransmission, "{code}");
        assert_eq!(bench.counters().copies, 3, "{code}");
    }
}

#[test]
fn an_ack_that_a_proxy_passes_on_is_no_copy_of_the_one_it_received() {
    let mut bench = Bench::new(Limits::default());
    bench.send(ALICE, PROXY, 1, &request("INVITE", "z9hG4bKi", "c", 1));
    let answer = response(200, "INVITE", "z9hG4bKi", "c", 1);
    bench.send(PROXY, ALICE, 2, &answer);
    let first = ack("z9hG4bKack", "c");
    let passed_on = first.replacen(
        "Via:",
        "Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKnext\nVia:",
        1,
    );
    let part = |bench: &mut Bench, from, to, text: &str| bench.send(from, to, 0, text).part;
    // The first hop's copy comes late: a switch and its mirror have queues.
    assert_eq!(part(&mut bench, ALICE, PROXY, &first), Part::New);
    assert_eq!(part(&mut bench, PROXY, BOB, &passed_on), Part::New);
    assert_eq!(part(&mut bench, ALICE, PROXY, &first), Part::Copy);
    assert_eq!(part(&mut bench, PROXY, BOB, &passed_on), Part::Copy);
}

#[test]
fn a_dialog_keeps_no_more_acks_than_its_bound() {
    let mut bench = Bench::new(Limits {
        branches: 4,
        ..Limits::default()
    });
    bench.send(ALICE, PROXY, 1, &request("INVITE", "z9hG4bKi", "c", 1));
    bench.send(
        PROXY,
        ALICE,
        2,
        &response(200, "INVITE", "z9hG4bKi", "c", 1),
    );
    for number in 0..20 {
        let ack = ack(&format!("z9hG4bKack{number}"), "c");
        assert_eq!(bench.send(ALICE, PROXY, 3 + number, &ack).part, Part::New);
    }
    assert_eq!(bench.counters().branches_refused, 16);
}

#[test]
fn credentials_for_ever_more_realms_are_bounded_and_counted() {
    let mut bench = Bench::new(Limits::default());
    let realms: String = (0..11)
        .map(|realm| {
            format!(
                "Authorization: Digest username=\"a\", realm=\"{realm}\", nonce=\"n\", \
                 uri=\"sip:example.com\", response=\"0\"\n"
            )
        })
        .collect();
    let text = request("REGISTER", "z9hG4bKa", "c", 1).replacen(
        "Content-Length",
        &format!("{realms}Content-Length"),
        1,
    );
    bench.send(ALICE, PROXY, 1, &text);
    assert_eq!(bench.counters().credentials_refused, 3);
}

/// What is told to be over: the method and outcome of transactions, the Call-ID of calls, and
/// whether the capture's end cut it off.
fn ends(engine: &mut Engine) -> Vec<(String, bool)> {
    let ended = std::iter::from_fn(|| engine.poll_ended());
    let told = ended.map(|ended| match ended {
        Ended::Transaction(it) => {
            let code = it.transaction.outcome.map(|outcome| outcome.code);
            let words = format!("{} {code:?} of {}", it.transaction.method, it.call);
            (words, it.cut_off.is_some())
        }
        Ended::Call(it) => {
            let call_id = String::from_utf8_lossy(it.call.call_id());
            (format!("call {call_id}"), it.cut_off.is_some())
        }
    });
    told.collect()
}

#[test]
fn what_is_over_is_told_once_and_in_order() {
    let mut bench = Bench::new(Limits::default());
    bench.engine = Engine::new(Config {
        tells_ends: true,
        ..Config::default()
    });
    bench.send(ALICE, PROXY, 1, &request("OPTIONS", "z9hG4bK1", "short", 1));
    bench.send(
        PROXY,
        ALICE,
        2,
        &response(200, "OPTIONS", "z9hG4bK1", "short", 1),
    );
    bench.send(ALICE, PROXY, 3, &request("INVITE", "z9hG4bK2", "long", 1));
    bench.send(
        PROXY,
        ALICE,
        4,
        &response(200, "INVITE", "z9hG4bK2", "long", 1),
    );
    assert_eq!(ends(&mut bench.engine), []);
    bench.wait(10_000);
    let told = |words: &str, is_cut_off| (words.to_owned(), is_cut_off);
    assert_eq!(
        ends(&mut bench.engine),
        [
            told("OPTIONS Some(200) of 1", false),
            told("call short", false)
        ]
    );
    bench.send(ALICE, PROXY, 5, &request("OPTIONS", "z9hG4bK3", "open", 1));
    bench.engine.finish(Timestamp::from_nanos(11_000_000_000));
    assert_eq!(
        ends(&mut bench.engine),
        [
            told("INVITE Some(200) of 2", false),
            told("OPTIONS None of 3", true),
            told("call open", false),
            // Its dialog has not ended.
            told("call long", true),
        ]
    );
}

#[test]
fn what_is_over_is_told_to_nobody_who_did_not_ask() {
    let mut bench = Bench::new(Limits::default());
    bench.send(ALICE, PROXY, 1, &request("OPTIONS", "z9hG4bK1", "one", 1));
    bench.engine.finish(Timestamp::from_nanos(1_000_000_000));
    assert_eq!(ends(&mut bench.engine), []);
}

#[test]
fn what_is_open_is_counted_until_it_is_over_or_forgotten() {
    let mut bench = Bench::new(Limits::default());
    let open = |bench: &Bench| {
        let open = bench.engine.world().open();
        (open.transactions, open.dialogs, open.calls_held)
    };
    let invite = request("INVITE", "z9hG4bK1", "one", 1);
    bench.send(ALICE, PROXY, 1, &invite);
    bench.send(ALICE, PROXY, 2, &request("OPTIONS", "z9hG4bK2", "two", 1));
    assert_eq!(open(&bench), (2, 0, 2));
    // Sent again it is the same, and so is its answer.
    bench.send(ALICE, PROXY, 3, &invite);
    for id in [4, 5] {
        let answer = response(200, "INVITE", "z9hG4bK1", "one", 1);
        bench.send(PROXY, ALICE, id, &answer);
        assert_eq!(open(&bench), (1, 1, 2));
    }
    // Nothing answers the OPTIONS.
    bench.wait(120_000);
    assert_eq!(open(&bench), (0, 1, 1));
    // Nothing is heard of the call any more.
    bench.wait(2 * 12 * 3600 * 1000);
    assert_eq!(open(&bench), (0, 0, 0));
}

#[test]
fn what_gives_way_is_not_open_any_more() {
    let limits = Limits {
        transactions: 3,
        calls: 2,
        ..Limits::default()
    };
    let mut bench = Bench::new(limits);
    for number in 0..20_u32 {
        let (branch, call) = (format!("z9hG4bK{number}"), format!("call-{number}"));
        bench.send(ALICE, PROXY, number, &request("INVITE", &branch, &call, 1));
        if number % 2 == 0 {
            let answer = response(200, "INVITE", &branch, &call, 1);
            bench.send(PROXY, ALICE, 100 + number, &answer);
        }
        let open = bench.engine.world().open();
        assert!(open.transactions <= open.transactions_held, "{open:?}");
        assert!(
            open.dialogs <= open.calls_held && open.calls_held <= 2,
            "{open:?}"
        );
    }
}
