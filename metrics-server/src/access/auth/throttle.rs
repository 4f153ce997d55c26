//! How often a peer may be wrong: ten times, and then once every six seconds. A peer that may not now is told when. What it
//! sends meanwhile is not looked at, unless it is known to be right.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::listen::Peer;

const ATTEMPTS: u32 = 10;
const ONE_BACK: Duration = Duration::from_secs(6);

/// So many peers have a bucket of their own; all others share one.
const PEERS: usize = 4096;

/// A peer's refusals are logged once in this time.
const TOLD: Duration = Duration::from_secs(60);

/// The buckets of a listener.
#[derive(Debug)]
pub(super) struct Throttle(Mutex<Buckets>);

#[derive(Debug)]
struct Buckets {
    of_peers: HashMap<Peer, Bucket>,
    of_others: Bucket,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    /// When all attempts are back: each takes its time from now, or from then.
    full_at: Instant,
    /// When refusals were last told of, and how many there were since.
    told: Option<Instant>,
    untold: u64,
}

impl Bucket {
    fn new(now: Instant) -> Self {
        Self {
            full_at: now,
            told: None,
            untold: 0,
        }
    }

    fn is_idle(&self, now: Instant) -> bool {
        self.full_at <= now && self.untold == 0
    }
}

impl Throttle {
    pub(super) fn new(now: Instant) -> Self {
        Self(Mutex::new(Buckets {
            of_peers: HashMap::new(),
            of_others: Bucket::new(now),
        }))
    }

    /// Takes an attempt, or says after what time there is one.
    pub(super) fn attempt(&self, peer: &Peer, now: Instant) -> Result<(), Duration> {
        let mut buckets = self.buckets();
        let bucket = buckets.of(peer, now);
        let full_at = bucket.full_at.max(now) + ONE_BACK;
        match (full_at - now).checked_sub(ONE_BACK * ATTEMPTS) {
            None | Some(Duration::ZERO) => {
                bucket.full_at = full_at;
                Ok(())
            }
            Some(wait) => Err(wait),
        }
    }

    /// The attempt was none: it was right, or not looked at.
    pub(super) fn give_back(&self, peer: &Peer, now: Instant) {
        let mut buckets = self.buckets();
        let bucket = buckets.of(peer, now);
        if let Some(before) = bucket.full_at.checked_sub(ONE_BACK) {
            bucket.full_at = before;
        }
        if bucket.is_idle(now) {
            buckets.of_peers.remove(peer);
        }
    }

    /// The attempt was wrong. How many were since this was last answered, if that is long ago.
    pub(super) fn failed(&self, peer: &Peer, now: Instant) -> Option<u64> {
        let mut buckets = self.buckets();
        let bucket = buckets.of(peer, now);
        bucket.untold += 1;
        let is_due = |told| now.saturating_duration_since(told) >= TOLD;
        if !bucket.told.is_none_or(is_due) {
            return None;
        }
        bucket.told = Some(now);
        Some(std::mem::take(&mut bucket.untold))
    }

    fn buckets(&self) -> MutexGuard<'_, Buckets> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Buckets {
    fn of(&mut self, peer: &Peer, now: Instant) -> &mut Bucket {
        let is_full = self.of_peers.len() >= PEERS && !self.of_peers.contains_key(peer);
        if is_full {
            self.of_peers.retain(|_, bucket| bucket.full_at > now);
        }
        if is_full && self.of_peers.len() >= PEERS {
            return &mut self.of_others;
        }
        let bucket = self.of_peers.entry(peer.clone());
        bucket.or_insert_with(|| Bucket::new(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(n: u32) -> Peer {
        Peer::Ip(std::net::Ipv4Addr::from(n).into())
    }

    #[test]
    fn after_ten_attempts_there_is_one_every_six_seconds() {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let throttle = Throttle::new(start);
        for _ in 0..10 {
            assert_eq!(throttle.attempt(&peer(1), start), Ok(()));
        }
        assert_eq!(throttle.attempt(&peer(1), start), Err(ONE_BACK));
        assert_eq!(
            throttle.attempt(&peer(1), after(4)),
            Err(Duration::from_secs(2))
        );
        assert_eq!(throttle.attempt(&peer(2), after(4)), Ok(()));
        assert_eq!(throttle.attempt(&peer(1), after(6)), Ok(()));
        assert_eq!(throttle.attempt(&peer(1), after(6)), Err(ONE_BACK));
        throttle.give_back(&peer(1), after(6));
        assert_eq!(throttle.attempt(&peer(1), after(6)), Ok(()));
        for _ in 0..10 {
            assert_eq!(throttle.attempt(&peer(1), after(1000)), Ok(()));
        }
        assert_eq!(throttle.attempt(&peer(1), after(1000)), Err(ONE_BACK));
    }

    #[test]
    fn peers_beyond_so_many_share_a_bucket() {
        let start = Instant::now();
        let throttle = Throttle::new(start);
        let many = PEERS as u32;
        for n in 0..many {
            assert_eq!(throttle.attempt(&peer(n), start), Ok(()));
        }
        let others = (many..many + 100).map(|n| throttle.attempt(&peer(n), start));
        assert_eq!(others.filter(Result::is_ok).count(), 10);
        assert_eq!(throttle.buckets().of_peers.len(), PEERS);
        // who has a bucket still has it
        assert_eq!(throttle.attempt(&peer(1), start), Ok(()));
        // and later there is room again
        let later = start + Duration::from_secs(60);
        assert_eq!(throttle.attempt(&peer(many), later), Ok(()));
        assert_eq!(throttle.buckets().of_peers.len(), 1);
    }

    #[test]
    fn who_is_right_is_not_kept() {
        let start = Instant::now();
        let throttle = Throttle::new(start);
        assert_eq!(throttle.attempt(&peer(1), start), Ok(()));
        throttle.give_back(&peer(1), start);
        assert!(throttle.buckets().of_peers.is_empty());
    }

    #[test]
    fn refusals_are_told_once_a_minute() {
        let start = Instant::now();
        let throttle = Throttle::new(start);
        assert_eq!(throttle.failed(&peer(1), start), Some(1));
        assert_eq!(throttle.failed(&peer(2), start), Some(1));
        assert_eq!(throttle.failed(&peer(1), start), None);
        assert_eq!(throttle.failed(&peer(1), start + TOLD / 2), None);
        assert_eq!(throttle.failed(&peer(1), start + TOLD), Some(3));
    }
}
