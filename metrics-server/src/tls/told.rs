//! What was said of whom a moment ago, and is not said again: a line for each peer and reason in a minute, and a bounded
//! number of them for all. The rest is counted.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::own::HandshakeEnd;

/// How long a line holds.
const AGAIN: Duration = Duration::from_secs(60);

/// Lines in that time.
const MAX_LINES: usize = 256;

/// What was said, and when.
#[derive(Debug, Default)]
pub(super) struct Told(Mutex<HashMap<(IpAddr, HandshakeEnd), Instant>>);

impl Told {
    /// Whether this is new, and there is room for it.
    pub(super) fn is_new(&self, peer: IpAddr, end: HandshakeEnd, now: Instant) -> bool {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_old = |at: Instant| now.saturating_duration_since(at) >= AGAIN;
        if told.get(&(peer, end)).is_some_and(|&at| !is_old(at)) {
            return false;
        }
        if told.len() >= MAX_LINES {
            told.retain(|_, at| !is_old(*at));
        }
        let has_room = told.len() < MAX_LINES;
        if has_room {
            told.insert((peer, end), now);
        }
        has_room
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    #[test]
    fn a_peer_is_told_of_once_a_minute_for_each_reason() {
        let (told, start) = (Told::default(), Instant::now());
        assert!(told.is_new(PEER, HandshakeEnd::NoTls, start));
        assert!(!told.is_new(PEER, HandshakeEnd::NoTls, start + AGAIN / 2));
        assert!(told.is_new(PEER, HandshakeEnd::OldTls, start));
        assert!(told.is_new(PEER, HandshakeEnd::NoTls, start + AGAIN));
    }

    #[test]
    fn many_peers_make_no_more_than_so_many_lines_a_minute() {
        let (told, start) = (Told::default(), Instant::now());
        let peers = (0..10_000_u32).map(|bits| IpAddr::from(bits.to_be_bytes()));
        let lines = peers.filter(|&peer| told.is_new(peer, HandshakeEnd::NoTls, start));
        assert_eq!(lines.count(), MAX_LINES);
        assert!(told.is_new(PEER, HandshakeEnd::NoTls, start + AGAIN));
    }
}
