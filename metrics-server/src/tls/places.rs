//! Handshakes under way, of which there are only so many: who does not finish holds no memory without end, and keeps
//! nobody out. Where there is no room the oldest goes, not the newest: a client that means it is done in a moment, and one
//! that connects to hold a place loses it to whoever comes.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;

use crate::listen::Peer;

/// Handshakes of a listener at once.
const MAX: usize = 512;

/// Those of one peer: more than come at once from browsers and scrapers behind one proxy, so that a peer that opens many
/// displaces its own.
const MAX_PER_PEER: usize = 64;

/// The places of a listener. A clone has the same.
#[derive(Clone, Debug, Default)]
pub(super) struct Places(Arc<Mutex<Taken>>);

#[derive(Debug, Default)]
struct Taken {
    next: u64,
    /// The oldest first.
    places: VecDeque<Held>,
}

#[derive(Debug)]
struct Held {
    id: u64,
    owner: Peer,
    /// Dropped when somebody else needs the place.
    _until: oneshot::Sender<()>,
}

/// A place, until it is dropped or needed.
#[derive(Debug)]
pub(super) struct Place {
    places: Places,
    id: u64,
    until: oneshot::Receiver<()>,
}

impl Places {
    pub(super) fn take(&self, peer: &Peer) -> Place {
        let owner = peer.owner();
        let (held, until) = oneshot::channel();
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of_owner = taken.places.iter().filter(|held| held.owner == owner);
        if of_owner.count() >= MAX_PER_PEER {
            taken.end_first(|held| held.owner == owner);
        } else if taken.places.len() >= MAX {
            taken.end_first(|_| true);
        }
        let id = taken.next;
        taken.next += 1;
        taken.places.push_back(Held {
            id,
            owner,
            _until: held,
        });
        Place {
            places: self.clone(),
            id,
            until,
        }
    }
}

impl Taken {
    fn end_first(&mut self, is_one: impl Fn(&Held) -> bool) {
        if let Some(index) = self.places.iter().position(is_one) {
            self.places.remove(index);
        }
    }
}

impl Place {
    /// Returns when somebody else needs the place.
    pub(super) async fn needed(&mut self) {
        // nothing is ever sent
        let _ = (&mut self.until).await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.0.lock().unwrap_or_else(PoisonError::into_inner);
        taken.end_first(|held| held.id == self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_needed(place: &mut Place) -> bool {
        place.until.try_recv() == Err(oneshot::error::TryRecvError::Closed)
    }

    fn peer(last: u16) -> Peer {
        let [high, low] = last.to_be_bytes();
        Peer::Ip([10, 0, high, low].into())
    }

    #[test]
    fn a_peer_that_opens_many_displaces_its_own_oldest() {
        let places = Places::default();
        let mut other = places.take(&peer(0));
        let mut silent: Vec<_> = (0..MAX_PER_PEER).map(|_| places.take(&peer(1))).collect();
        assert!(!silent.iter_mut().any(is_needed));
        let mut newest = places.take(&peer(1));
        assert!(is_needed(&mut silent[0]) && !is_needed(&mut silent[1]));
        assert!(!is_needed(&mut other) && !is_needed(&mut newest));
    }

    #[test]
    fn where_all_places_are_taken_the_oldest_of_all_goes() {
        let places = Places::default();
        let mut silent: Vec<_> = (0..MAX as u16).map(|n| places.take(&peer(n))).collect();
        let mut newest = places.take(&peer(999));
        assert!(is_needed(&mut silent[0]) && !is_needed(&mut silent[1]));
        assert!(!is_needed(&mut newest));
        drop(silent);
        assert_eq!(places.0.lock().expect("no panic").places.len(), 1);
    }
}
