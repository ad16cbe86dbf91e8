//! Who is on the network: hosts with addresses, and the subscribers behind them.

use std::net::Ipv4Addr;

use crate::rng::{Rng, mix};

/// The domain of every address of record.
pub const DOMAIN: &str = "voip.example.net";

/// What carries SIP in a capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// One message a datagram.
    Udp,
    /// A stream per pair of hosts.
    Tcp,
    /// The same, encrypted.
    Tls,
}

impl Transport {
    /// As written in a Via.
    #[must_use]
    pub fn upper(self) -> &'static str {
        match self {
            Self::Udp => "UDP",
            Self::Tcp => "TCP",
            Self::Tls => "TLS",
        }
    }

    /// The URI parameter it needs: UDP is the default and is left away.
    #[must_use]
    pub fn uri_parameter(self) -> &'static str {
        match self {
            Self::Udp => "",
            Self::Tcp => ";transport=tcp",
            Self::Tls => ";transport=tls",
        }
    }
}

/// The host on which the proxy and registrar runs.
pub const SERVER: usize = 0;
/// The host to which a 305 points.
pub const OUTBOUND: usize = 1;
/// The first access host: subscribers live from here on.
pub const FIRST_ACCESS: usize = 2;

/// One machine with an address.
#[derive(Debug, Clone, Copy)]
pub struct Host {
    /// Its IPv4 address.
    pub address: Ipv4Addr,
    /// The port it writes into Via and Contact.
    pub port: u16,
}

/// How one make of phone or gateway writes its messages.
#[derive(Debug)]
pub struct Profile {
    /// User-Agent and Server.
    pub agent: &'static str,
    /// Allow.
    pub allow: &'static str,
    /// Supported.
    pub supported: &'static str,
    /// Headers that only this make adds, whole lines.
    pub extra: &'static str,
    /// Whether it writes the one-letter header names.
    pub compact: bool,
    /// Whether it puts its host into Call-IDs.
    pub host_in_call_id: bool,
    /// The codec lines of its SDP: payload types, then the attributes.
    pub codecs: (&'static str, &'static str),
}

const WIDE: (&str, &str) = (
    "9 8 0 101",
    "a=rtpmap:9 G722/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\n\
     a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n",
);
const NARROW: (&str, &str) = (
    "8 0 101",
    "a=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\n\
     a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\n",
);
const LOW: (&str, &str) = (
    "8 18 101",
    "a=rtpmap:8 PCMA/8000\r\na=rtpmap:18 G729/8000\r\na=fmtp:18 annexb=no\r\n\
     a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=maxptime:40\r\n",
);

/// The makes in use. All of them write what SIP devices write; none is a copy of a real one.
pub const PROFILES: &[Profile] = &[
    Profile {
        agent: "Northphone N46 4.86.0.90",
        allow: "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, NOTIFY, REFER, UPDATE, MESSAGE",
        supported: "replaces, timer, norefersub",
        extra: "Allow-Events: talk,hold,conference,refer,check-sync\r\n",
        compact: false,
        host_in_call_id: false,
        codecs: WIDE,
    },
    Profile {
        agent: "Deskline DX-2135 1.0.11.64",
        allow: "INVITE, ACK, OPTIONS, CANCEL, BYE, SUBSCRIBE, NOTIFY, INFO, REFER, UPDATE",
        supported: "replaces, path, timer, eventlist",
        extra: "X-Line-Profile: 2135/primary\r\n",
        compact: false,
        host_in_call_id: true,
        codecs: WIDE,
    },
    Profile {
        agent: "branchPBX 18.24.3",
        allow: "OPTIONS, REGISTER, SUBSCRIBE, NOTIFY, INVITE, ACK, BYE, CANCEL, UPDATE, PRACK, INFO",
        supported: "timer, replaces, norefersub, histinfo",
        extra: "Session-Expires: 1800;refresher=uac\r\nMin-SE: 90\r\n",
        compact: false,
        host_in_call_id: true,
        codecs: NARROW,
    },
    Profile {
        agent: "TrunkGate/7.40A.250.614",
        allow: "REGISTER,OPTIONS,INVITE,ACK,CANCEL,BYE,NOTIFY,PRACK,REFER,INFO,SUBSCRIBE,UPDATE",
        supported: "timer,replaces,sdp-anat",
        extra: "",
        compact: false,
        host_in_call_id: true,
        codecs: LOW,
    },
    Profile {
        agent: "Softline Desktop/5.2.1 (linux)",
        allow: "INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, NOTIFY, MESSAGE, SUBSCRIBE, INFO, UPDATE",
        supported: "replaces, outbound, gruu, path",
        extra: "Allow-Events: presence\r\n",
        compact: false,
        host_in_call_id: false,
        codecs: WIDE,
    },
    Profile {
        agent: "tinyATA 3.1",
        allow: "INVITE,ACK,BYE,CANCEL,OPTIONS",
        supported: "replaces",
        extra: "",
        compact: true,
        host_in_call_id: true,
        codecs: NARROW,
    },
];

/// The proxy's own way of writing.
pub const PROXY_PROFILE: Profile = Profile {
    agent: "edge-proxy 5.7.4 (x86_64/linux)",
    allow: "INVITE, ACK, CANCEL, BYE, OPTIONS, REGISTER, MESSAGE",
    supported: "path",
    extra: "",
    compact: false,
    host_in_call_id: true,
    codecs: NARROW,
};

const NAMES: &[&str] = &[
    "Ada Brandt",
    "Reception",
    "M. Okafor",
    "Support Desk 2",
    "Jonas Weber",
    "Lena Haug",
    "Billing",
    "P. Silva",
    "Warehouse North",
    "Chen Yu",
    "Front Door",
    "S. Novak",
];

/// One subscriber: an address of record and where its phone is.
#[derive(Debug, Clone)]
pub struct Subscriber {
    /// The user part.
    pub user: String,
    /// The display name.
    pub name: &'static str,
    /// The access host behind which it lives.
    pub host: usize,
    /// Which of [`PROFILES`] its phone is.
    pub profile: &'static Profile,
    /// How often it has registered, and which nonce it holds.
    pub registration: Registration,
}

/// What a phone remembers from one registration to the next.
#[derive(Debug, Clone, Copy, Default)]
pub struct Registration {
    /// The last CSeq used; 0 before the first.
    pub cseq: u32,
    /// The number from which the current nonce is made.
    pub nonce: u64,
    /// How often that nonce was used.
    pub uses: u32,
}

/// Everyone.
#[derive(Debug)]
pub struct People {
    /// The hosts; see [`SERVER`], [`OUTBOUND`], [`FIRST_ACCESS`].
    pub hosts: Vec<Host>,
    /// The subscribers.
    pub subscribers: Vec<Subscriber>,
    /// What carries SIP between them.
    pub transport: Transport,
}

impl People {
    /// Makes a network. Few hosts share the TCP connections, so that messages meet in segments.
    #[must_use]
    pub fn new(transport: Transport, subscribers: usize, rng: &mut Rng) -> Self {
        let (access, networks) = match transport {
            Transport::Udp => (56u8, 4),
            Transport::Tcp | Transport::Tls => (8u8, 1),
        };
        let port = match transport {
            Transport::Udp | Transport::Tcp => 5060,
            Transport::Tls => 5061,
        };
        let mut hosts = [1, 9]
            .map(|last| Host {
                address: Ipv4Addr::new(10, 0, 0, last),
                port,
            })
            .to_vec();
        hosts.extend((0..access).map(|n| Host {
            address: Ipv4Addr::new(10, 1, n % networks, 20 + n),
            port: match transport {
                Transport::Udp => 5060,
                Transport::Tcp | Transport::Tls => 41000 + 37 * u16::from(n),
            },
        }));
        let salt = rng.bits();
        let subscribers = (0..subscribers)
            .map(|n| {
                let dice = mix(salt, n as u64);
                // Short extensions and full numbers mix on real networks.
                let user = match dice % 3 {
                    0 => format!("{}", 2000 + n),
                    _ => format!("+4930{:07}", 5_000_000 + n),
                };
                // The rare one-letter dialect is kept rare.
                let profile = match (dice >> 8) % 16 {
                    0 => &PROFILES[PROFILES.len() - 1],
                    other => &PROFILES[other as usize % (PROFILES.len() - 1)],
                };
                Subscriber {
                    user,
                    name: NAMES[(dice >> 16) as usize % NAMES.len()],
                    host: FIRST_ACCESS + (dice >> 24) as usize % usize::from(access),
                    profile,
                    registration: Registration::default(),
                }
            })
            .collect();
        Self {
            hosts,
            subscribers,
            transport,
        }
    }
}
