//! A short cut to the connections that speak at the moment.

use std::net::{IpAddr, SocketAddr};

use crate::Flow;

/// How many places there are.
const PLACES: usize = 1 << 10;

/// Which connection was the last to use each of a fixed number of places.
///
/// Most segments belong to a connection that spoke a moment ago, and are spared a keyed hash. Two
/// connections may share a place, and one may be gone: whoever asks has to check the answer. So
/// the hash needs no key; who makes flows share a place makes them take the long way, no more.
#[derive(Debug)]
pub(super) struct Recent<T>(Vec<T>);

impl<T: Copy + Default> Recent<T> {
    /// What was last [`set`](Self::set) for this flow, its reverse, or another of the same place.
    pub(super) fn get(&self, flow: Flow) -> T {
        self.0.get(place(flow)).copied().unwrap_or_default()
    }

    pub(super) fn set(&mut self, flow: Flow, value: T) {
        if self.0.is_empty() {
            self.0 = vec![T::default(); PLACES];
        }
        if let Some(place) = self.0.get_mut(place(flow)) {
            *place = value;
        }
    }
}

impl<T> Default for Recent<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

/// The place of a flow and of its reverse.
#[inline]
fn place(flow: Flow) -> usize {
    // The golden ratio in 64 bits: its products differ in their upper bits.
    const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
    let mix = |socket: SocketAddr| {
        let address = match socket.ip() {
            IpAddr::V4(address) => u64::from(address.to_bits()),
            IpAddr::V6(address) => {
                let [high, low] = [address.to_bits() >> 64, address.to_bits()];
                (high as u64) ^ (low as u64)
            }
        };
        (address << 16 ^ u64::from(socket.port())).wrapping_mul(SPREAD)
    };
    let sum = mix(flow.source).wrapping_add(mix(flow.destination));
    (sum >> (u64::BITS - PLACES.trailing_zeros())) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Transport;

    #[test]
    fn both_directions_have_one_place_and_most_connections_their_own() {
        let flow = |host: u8, port: u16| Flow {
            source: SocketAddr::new(IpAddr::from([10, 0, 0, host]), port),
            destination: "10.0.0.1:5060".parse().unwrap(),
            transport: Transport::Tcp,
        };
        let mut recent = Recent::<u16>::default();
        for host in 2..102 {
            recent.set(flow(host, 5060 + u16::from(host)), u16::from(host));
        }
        let kept = (2..102).filter(|&host| {
            let flow = flow(host, 5060 + u16::from(host));
            assert_eq!(recent.get(flow), recent.get(flow.reversed()));
            recent.get(flow) == u16::from(host)
        });
        assert!(kept.count() > 80);
        assert_eq!(Recent::<u16>::default().get(flow(2, 1)), 0);
    }
}
