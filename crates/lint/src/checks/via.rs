//! Where Via leads. (Its grammar and its branch are among the values.)

use std::net::Ipv4Addr;

use crate::check::checks;
use crate::linter::Linter;

checks! {
    BROADCAST: Warning "via-broadcast",
        "a Via that leads to a broadcast address",
        "RFC 3261 §18.2.2, RFC 4475 §3.3.10",
        "A proxy that follows it sends the response to every host of the network; most drop it.";
}

pub(super) fn look(linter: &mut Linter<'_, '_>) {
    for via in linter.message.vias() {
        let host = std::str::from_utf8(via.host).ok();
        let address = host.and_then(|host| host.parse::<Ipv4Addr>().ok());
        if address == Some(Ipv4Addr::BROADCAST) {
            let says = "no single host has this address";
            linter.find(&BROADCAST, linter.span_of(via.host), says);
        }
    }
}
