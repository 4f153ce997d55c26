//! Who the clients of the stream are: ten groups that ask for the same, and some that are slow.

use std::net::Ipv4Addr;
use std::time::Duration;

use fastrand::Rng;

use super::client::Group;

/// As many clients of an address as a server lets in by default.
const AN_ADDRESS: usize = 8;

/// One of so many reads only now and then.
const SLOW: usize = 16;

const GROUPS: [Group; 10] = [
    group("soak_requests_total", 500),
    group("soak_requests_total", 1_000),
    group("soak_wait_seconds", 1_000),
    group("soak_size_bytes", 1_000),
    group("soak_visits_total", 1_000),
    group("soak_both_seconds", 5_000),
    group("soak_*", 5_000),
    group("soak_stored_bytes", 500),
    group("soak_call_duration_seconds", 1_000),
    Group {
        events: true,
        ..group("soak_depth", 1_000)
    },
];

const fn group(filter: &'static str, interval_ms: u32) -> Group {
    Group {
        filter,
        interval_ms,
        events: false,
    }
}

/// What the client with this number asks for, and how long it pauses if it is slow.
pub(super) fn of(number: usize, rng: &mut Rng) -> (Group, Option<Duration>) {
    let is_slow = number % SLOW == SLOW - 1;
    let pause = is_slow.then(|| Duration::from_millis(rng.u64(2_000..4_000)));
    (GROUPS[number / SLOW % GROUPS.len()], pause)
}

/// Where it comes from.
pub(super) fn address(number: usize) -> Ipv4Addr {
    loopback(1, number / AN_ADDRESS)
}

/// An address of loopback for a number, below this net.
pub(super) fn loopback(net: u8, number: usize) -> Ipv4Addr {
    // neither a network's own address nor that of all
    const HOSTS: usize = 254;
    let [high, low] = [number / HOSTS, 1 + number % HOSTS].map(|part| part as u8);
    Ipv4Addr::new(127, net, high, low)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn no_address_has_more_clients_than_a_server_lets_in() {
        let mut clients: BTreeMap<Ipv4Addr, usize> = BTreeMap::new();
        for number in 0..1_000 {
            *clients.entry(address(number)).or_default() += 1;
        }
        assert!(
            clients.values().all(|clients| *clients <= AN_ADDRESS),
            "{clients:?}"
        );
    }
}
