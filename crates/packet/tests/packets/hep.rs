//! SIP that an agent captured elsewhere and sent on.

use std::net::IpAddr;
use std::time::Duration;

use miniz_oxide::deflate::{compress_to_vec, compress_to_vec_zlib};
use proptest::prelude::*;
use sipwhy_packet::{
    Bound, Config, GapKind, HepFrame, Limits, LinkType, Ports, Timestamp, Transport, Undecoded,
    hep_frame_len,
};

use crate::support::{
    ACK, Run, Told, call, flow, fragments, request, socket, tcp_packet, udp_packet,
};

/// The agent and the collector. None of their addresses is one of the call.
pub(crate) const AGENT: &str = "198.51.100.7:40000";
pub(crate) const COLLECTOR: &str = "198.51.100.9:9060";

/// The two ends of the call inside.
pub(crate) const CALLER: &str = "10.0.0.5:5062";
pub(crate) const CALLEE: &str = "10.0.0.9:5080";

/// A generic chunk.
pub(crate) fn chunk(kind: u16, value: &[u8]) -> Vec<u8> {
    vendor_chunk(0, kind, value)
}

fn vendor_chunk(vendor: u16, kind: u16, value: &[u8]) -> Vec<u8> {
    let mut bytes = vendor.to_be_bytes().to_vec();
    bytes.extend(kind.to_be_bytes());
    bytes.extend(u16::try_from(value.len() + 6).unwrap().to_be_bytes());
    bytes.extend(value);
    bytes
}

/// A packet of these chunks.
pub(crate) fn packet(chunks: &[Vec<u8>]) -> Vec<u8> {
    let chunks = chunks.concat();
    let mut bytes = b"HEP3".to_vec();
    bytes.extend(u16::try_from(chunks.len() + 6).unwrap().to_be_bytes());
    bytes.extend(chunks);
    bytes
}

/// All chunks but the message.
pub(crate) fn chunks(
    source: &str,
    destination: &str,
    protocol: u8,
    time: (u32, u32),
) -> Vec<Vec<u8>> {
    let (source, destination) = (socket(source), socket(destination));
    let mut chunks = vec![chunk(2, &[protocol])];
    for (index, address) in (0..).zip([source.ip(), destination.ip()]) {
        chunks.push(match address {
            IpAddr::V4(address) => chunk(3 + index, &address.octets()),
            IpAddr::V6(address) => chunk(5 + index, &address.octets()),
        });
    }
    let family = if source.is_ipv4() { 2 } else { 10 };
    chunks.insert(0, chunk(1, &[family]));
    chunks.extend([
        chunk(7, &source.port().to_be_bytes()),
        chunk(8, &destination.port().to_be_bytes()),
        chunk(9, &time.0.to_be_bytes()),
        chunk(10, &time.1.to_be_bytes()),
        chunk(11, &[1]),
        chunk(12, &2001_u32.to_be_bytes()),
        vendor_chunk(0x1234, 15, b"of a vendor, not the message"),
    ]);
    chunks
}

/// A SIP message of the caller in HEP 3.
pub(crate) fn v3(message: &str) -> Vec<u8> {
    let mut chunks = chunks(CALLER, CALLEE, 17, NOW);
    chunks.push(chunk(15, message.as_bytes()));
    chunks.push(chunk(17, b"correlation"));
    packet(&chunks)
}

/// The time that the runs of these tests begin at.
pub(crate) const NOW: (u32, u32) = (1_700_000_000, 250_000);

fn moment((seconds, micros): (u32, u32)) -> Timestamp {
    Timestamp::ZERO + Duration::from_secs(seconds.into()) + Duration::from_micros(micros.into())
}

/// A run whose clock is that of the agents.
fn run(config: Config) -> Run {
    let mut run = Run::new(config);
    run.wait(Duration::from_secs(1_700_000_000));
    run
}

/// A SIP message of the caller in HEP 1 or 2, with so many bytes between addresses and message,
/// `counted` of them in the length.
fn fixed(version: u8, message: &str, time_len: usize, counted: u8) -> Vec<u8> {
    let (source, destination) = (socket(CALLER), socket(CALLEE));
    let mut bytes = vec![version, 16 + counted, 2, 17];
    bytes.extend(source.port().to_be_bytes());
    bytes.extend(destination.port().to_be_bytes());
    for address in [source.ip(), destination.ip()] {
        let IpAddr::V4(address) = address else {
            panic!("the call is over IPv4")
        };
        bytes.extend(address.octets());
    }
    let mut time = NOW.0.to_le_bytes().to_vec();
    time.extend(NOW.1.to_le_bytes());
    time.extend([0xd1, 0x07, 0xee, 0xee]);
    bytes.extend(&time[..time_len]);
    bytes.extend(message.as_bytes());
    bytes
}

#[test]
fn a_call_is_told_as_the_agent_saw_it() {
    for version in [3, 2, 1] {
        let mut run = run(Config::default());
        for message in &call() {
            let payload = match version {
                3 => v3(message),
                2 => fixed(2, message, 12, 0),
                _ => fixed(1, message, 0, 0),
            };
            run.ip(&udp_packet(AGENT, COLLECTOR, &payload));
        }
        assert_eq!(run.texts(), call(), "version {version}");
        for message in run.messages() {
            assert_eq!(message.flow, flow(CALLER, CALLEE, Transport::Udp));
            if version > 1 {
                assert_eq!(message.time, moment(NOW), "version {version}");
            }
        }
        let counters = run.decoder.counters();
        assert_eq!((counters.hep, counters.hep_messages), (7, 7));
        assert_eq!(counters.all_undecoded().count(), 0);
    }
}

#[test]
fn it_is_known_by_content_where_sip_is_looked_for() {
    let message = request("OPTIONS", 1, 0);
    for (port, ports, found) in [
        (9060, Ports::default(), 1),
        (9061, Ports::default(), 1),
        (5060, Ports::default(), 1),
        (7000, Ports::default(), 0),
        (7000, Ports::any(), 1),
    ] {
        for payload in [v3(&message), fixed(2, &message, 12, 0)] {
            let mut run = run(Config {
                ports: ports.clone(),
                ..Config::default()
            });
            run.ip(&udp_packet(
                AGENT,
                &format!("198.51.100.9:{port}"),
                &payload,
            ));
            assert_eq!(run.messages().len(), found, "{port} of {ports}");
        }
    }
}

#[test]
fn what_is_sent_to_the_own_collector_is_not_looked_into() {
    let message = request("OPTIONS", 1, 0);
    for (collector, found) in [(COLLECTOR, 0), ("198.51.100.9:9061", 2)] {
        let mut run = run(Config {
            ports: Ports::any(),
            collectors: vec![socket(collector)],
            ..Config::default()
        });
        run.ip(&udp_packet(AGENT, COLLECTOR, &v3(&message)));
        run.ip(&tcp_packet(AGENT, COLLECTOR, 1, ACK, &v3(&message)));
        run.finish();
        assert_eq!(run.messages().len(), found, "{collector}");
        let other = if found == 0 { 2 } else { 0 };
        assert_eq!(run.decoder.counters().other_frames, other);
    }
}

#[test]
fn every_way_to_write_the_time_of_version_2_is_read() {
    let message = request("OPTIONS", 1, 0);
    for (len, counted) in [(12, 0), (10, 0), (12, 12), (10, 10), (12, 10)] {
        let mut run = run(Config::default());
        let payload = fixed(2, &message, len, counted);
        run.ip(&udp_packet(AGENT, COLLECTOR, &payload));
        assert_eq!(run.texts(), [&message], "{len} bytes, {counted} counted");
        assert_eq!(run.messages()[0].time, moment(NOW));
    }
}

#[test]
fn transports_and_addresses_are_those_inside() {
    for (protocol, via, transport) in [
        (6, "TCP", Transport::Tcp),
        (132, "SCTP", Transport::Sctp),
        // Kamailio writes 22 for all three.
        (22, "TLS", Transport::Tls),
        (22, "wss", Transport::Wss),
        (22, "WS", Transport::Ws),
        (50, "WS", Transport::Ws),
        (50, "WSS", Transport::Wss),
        // What cannot be told is not.
        (22, "UDP", Transport::Tcp),
        (6, "TLS", Transport::Tcp),
    ] {
        let (source, destination) = ("[2001:db8::1]:5060", "[2001:db8::2]:5070");
        let mut chunks = chunks(source, destination, protocol, NOW);
        let message = request("BYE", 1, 0).replace("2.0/TCP", &format!("2.0/{via}"));
        chunks.push(chunk(15, message.as_bytes()));
        let mut run = run(Config::default());
        run.ip(&udp_packet(AGENT, COLLECTOR, &packet(&chunks)));
        assert_eq!(run.messages()[0].flow, flow(source, destination, transport));
    }
}

#[test]
fn compressed_messages_are_told_and_bombs_are_not() {
    let text = request("INVITE", 1, 900);
    let with = |data: &[u8]| {
        let mut chunks = chunks(CALLER, CALLEE, 17, NOW);
        chunks.push(chunk(16, data));
        packet(&chunks)
    };
    for data in [
        compress_to_vec_zlib(text.as_bytes(), 6),
        compress_to_vec(text.as_bytes(), 6),
    ] {
        let mut run = run(Config::default());
        run.ip(&udp_packet(AGENT, COLLECTOR, &with(&data)));
        assert_eq!(run.texts(), [&text]);
        assert_eq!(run.messages()[0].missing, 0);
    }
    let bomb = compress_to_vec_zlib(&vec![b' '; 1 << 20], 9);
    for (data, reason) in [
        (
            bomb.as_slice(),
            Undecoded::BoundReached(Bound::InflatedBytes),
        ),
        (b"\x78\x9c\xff\xff\xff", Undecoded::BadCompression),
    ] {
        let mut run = run(Config::default());
        run.ip(&udp_packet(AGENT, COLLECTOR, &with(data)));
        assert_eq!(run.decoder.counters().undecoded(reason).count, 1);
        assert_eq!((run.told.len(), run.gaps()), (1, vec![GapKind::Undecoded]));
    }
}

#[test]
fn what_is_not_sip_is_counted_by_its_type() {
    let mut chunks = chunks(CALLER, CALLEE, 17, NOW);
    chunks.retain(|chunk| chunk[2..4] != [0, 11]);
    chunks.push(chunk(11, &[5]));
    chunks.push(chunk(15, b"{\"sender_information\":{}}"));
    let mut run = run(Config::default());
    run.ip(&udp_packet(AGENT, COLLECTOR, &packet(&chunks)));
    let tally = run.decoder.counters().undecoded(Undecoded::HepNotSip(5));
    assert_eq!((tally.count, tally.bytes), (1, 25));
    assert!(run.told.is_empty());
}

#[test]
fn clocks_that_cannot_be_right_are_not_used() {
    for (time, is_used) in [
        ((NOW.0 - 3500, 0), true),
        ((NOW.0 + 3500, 0), true),
        ((NOW.0 - 3700, 0), false),
        ((NOW.0 + 3700, 0), false),
        ((0, 0), false),
        ((u32::MAX, u32::MAX), false),
    ] {
        let mut chunks = chunks(CALLER, CALLEE, 17, time);
        chunks.push(chunk(15, request("BYE", 1, 0).as_bytes()));
        let mut run = run(Config::default());
        run.ip(&udp_packet(AGENT, COLLECTOR, &packet(&chunks)));
        let expected = if is_used { moment(time) } else { run.now() };
        assert_eq!(run.messages()[0].time, expected, "{time:?}");
    }
}

#[test]
fn time_is_settled_only_as_far_as_agents_have_told() {
    let mut run = run(Config::default());
    assert_eq!(run.decoder.settled(moment(NOW)), moment(NOW));
    let mut chunks = chunks(CALLER, CALLEE, 17, (NOW.0 - 5, 1_000));
    chunks.push(chunk(15, request("BYE", 1, 0).as_bytes()));
    run.ip(&udp_packet(AGENT, COLLECTOR, &packet(&chunks)));
    let lag = Duration::from_secs(6);
    assert_eq!(run.decoder.settled(run.now()), run.now() - lag);
}

#[test]
fn a_message_that_the_snap_length_cut_says_how_much_is_missing() {
    let message = request("INVITE", 1, 400);
    let mut chunks = chunks(CALLER, CALLEE, 17, NOW);
    chunks.push(chunk(15, message.as_bytes()));
    let payload = packet(&chunks);
    let whole = udp_packet(AGENT, COLLECTOR, &payload);
    let headers = whole.len() - message.len();
    for len in 0..whole.len() {
        let mut run = run(Config::default());
        run.frame(LinkType::RAW, &whole[..len], whole.len());
        let messages = run.messages();
        if len < headers + 8 {
            assert!(messages.is_empty(), "{len}");
            let counters = run.decoder.counters();
            let told = counters.all_undecoded().map(|(_, tally)| tally.count);
            assert_eq!(told.sum::<u64>() + counters.other_frames, 1, "{len}");
        } else if let [told] = messages.as_slice() {
            assert_eq!(told.missing as usize, whole.len() - len);
            assert_eq!(told.text, message[..len - headers]);
        } else {
            // The start line is not long enough yet to tell.
            assert!(len < headers + 32, "{len}");
        }
    }
}

#[test]
fn headers_that_contradict_themselves_are_counted() {
    let good = v3(&request("BYE", 1, 0));
    let mut no_addresses = vec![chunk(11, &[1])];
    no_addresses.push(chunk(15, request("BYE", 1, 0).as_bytes()));
    let mut long = good.clone();
    long[4] = 0xff;
    let mut chunk_too_long = good.clone();
    chunk_too_long[10] = 0xff;
    let mut chunk_too_short = good.clone();
    chunk_too_short[11] = 5;
    for payload in [
        &packet(&no_addresses)[..],
        &packet(&[chunk(11, &[1])]),
        &long,
        &chunk_too_long,
        &chunk_too_short,
        b"HEP3\0\x06",
        b"HEP3\0\0",
        b"HEP3\0",
    ] {
        let mut run = run(Config::default());
        run.ip(&udp_packet(AGENT, COLLECTOR, payload));
        let tally = run.decoder.counters().undecoded(Undecoded::BadHeader);
        assert_eq!(tally.count, 1, "{payload:x?}");
        assert!(run.messages().is_empty());
    }
}

#[test]
fn near_misses_are_no_hep() {
    let text = request("BYE", 1, 0);
    let mut other_family = fixed(2, &text, 12, 0);
    other_family[2] = 3;
    let mut other_length = fixed(2, &text, 12, 0);
    other_length[1] = 17;
    for payload in [
        other_family,
        other_length,
        fixed(2, "no SIP at all", 12, 0),
        fixed(3, &text, 12, 0),
        b"HEP2\0\x20 BYE".to_vec(),
    ] {
        let mut run = run(Config {
            ports: Ports::any(),
            ..Config::default()
        });
        run.ip(&udp_packet(AGENT, COLLECTOR, &payload));
        assert!(run.told.is_empty(), "{payload:x?}");
        assert_eq!(run.decoder.counters().hep, 0, "{payload:x?}");
    }
}

#[test]
fn a_lost_fragment_is_a_gap_of_nobody_knows_which_flow() {
    let packet = udp_packet(AGENT, COLLECTOR, &v3(&request("INVITE", 1, 2000)));
    let parts = fragments(&packet, 9, 1480);
    let mut whole = run(Config::default());
    for part in &parts {
        whole.ip(part);
    }
    assert_eq!(whole.texts(), [request("INVITE", 1, 2000)]);
    let mut cut = run(Config::default());
    cut.ip(&parts[0]).finish();
    assert!(matches!(
        cut.told.as_slice(),
        [Told::Gap {
            kind: GapKind::FragmentsMissing,
            flow: None,
            ..
        }]
    ));
}

#[test]
fn a_listeners_packets_come_without_headers() {
    let mut run = run(Config::default());
    let packet = v3(&request("BYE", 1, 0));
    run.frame(LinkType::HEP, &packet, packet.len());
    assert_eq!(run.texts(), [request("BYE", 1, 0)]);
    run.frame(LinkType::HEP, b"GET / HTTP/1.1", 14);
    let counters = run.decoder.counters();
    assert_eq!(counters.undecoded(Undecoded::BadHeader).count, 1);
}

proptest! {
    #[test]
    fn no_bytes_make_it_fail(
        mut payload in prop_oneof![
            Just(v3(&request("INVITE", 1, 40))),
            Just(fixed(2, &request("INVITE", 1, 40), 12, 0)),
            Just({
                let text = compress_to_vec_zlib(request("INVITE", 1, 40).as_bytes(), 6);
                let mut chunks = chunks(CALLER, CALLEE, 17, NOW);
                chunks.push(chunk(16, &text));
                packet(&chunks)
            }),
        ],
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        len in any::<prop::sample::Index>(),
    ) {
        for (index, byte) in changes {
            *index.get_mut(&mut payload) = byte;
        }
        payload.truncate(len.index(payload.len()) + 1);
        let mut run = run(Config {
            limits: Limits { inflated_bytes: 4096, ..Limits::default() },
            ..Config::default()
        });
        run.frame(LinkType::HEP, &payload, payload.len());
        run.ip(&udp_packet(AGENT, COLLECTOR, &payload)).finish();
        let told = run.messages().len() as u64;
        prop_assert_eq!(run.decoder.counters().hep_messages, told);
        prop_assert!(run.messages().iter().all(|message| message.text.len() <= 3 * 4096));
        if let HepFrame::Packet(len) = hep_frame_len(&payload) {
            prop_assert!(len >= 6);
        }
    }
}
