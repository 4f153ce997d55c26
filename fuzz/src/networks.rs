//! Networks, one a line, and 16 bytes before them that are the address of a peer: who is let in is told by comparing bits.

#![no_main]

use std::net::{IpAddr, Ipv6Addr};

use libfuzzer_sys::fuzz_target;
use metrics_server::fuzzing::networks;

fuzz_target!(|input: &[u8]| {
    let Some((peer, written)) = input.split_first_chunk::<16>() else {
        return;
    };
    let Ok(written) = std::str::from_utf8(written) else {
        return;
    };
    let written: Vec<String> = written.lines().map(str::to_owned).collect();
    let peer = IpAddr::from(Ipv6Addr::from(*peer));
    let read: Option<Vec<_>> = written.iter().map(|text| network(text)).collect();
    match networks(&written, peer) {
        Ok(is_in) => {
            let read = read.expect("what is no network is refused");
            assert!(!read.is_empty(), "a list of nobody");
            let expected = read
                .iter()
                .any(|(of, len)| has(*of, *len, peer.to_canonical()));
            assert_eq!(is_in, expected, "{written:?} {peer}");
            // whichever way it came, an address is the same
            assert_eq!(networks(&written, peer.to_canonical()), Ok(is_in));
        }
        Err(problems) => {
            assert!(read.is_none_or(|read| read.is_empty()), "{problems:?}");
            let is_one = |problem: &String| !problem.contains(char::is_control);
            assert!(
                !problems.is_empty() && problems.iter().all(is_one),
                "{problems:?}"
            );
        }
    }
});

/// The network that a text is: an address, or one with all its bits in so many at its beginning.
fn network(text: &str) -> Option<(IpAddr, u32)> {
    let text = text.trim();
    let Some((address, len)) = text.split_once('/') else {
        let address: IpAddr = text.parse().ok()?;
        return Some((address, bits(address).1));
    };
    let address: IpAddr = address.parse().ok()?;
    let (of, most) = bits(address);
    let is_number = !len.is_empty() && len.bytes().all(|byte| byte.is_ascii_digit());
    let len = len.parse().ok().filter(|len| is_number && *len <= most)?;
    let rest = of.checked_shl(len).unwrap_or(0);
    (rest == 0).then_some((address, len))
}

/// The bits of an address, from the highest, and how many there are.
fn bits(address: IpAddr) -> (u128, u32) {
    match address {
        IpAddr::V4(address) => (u128::from(address.to_bits()) << 96, 32),
        IpAddr::V6(address) => (address.to_bits(), 128),
    }
}

fn has(network: IpAddr, len: u32, address: IpAddr) -> bool {
    let ((of, width), (bits, other)) = (bits(network), bits(address));
    width == other && (of ^ bits).checked_shr(128 - len).unwrap_or(0) == 0
}
