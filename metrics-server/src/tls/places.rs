//! Handshakes under way, of which there are only so many: who does not finish holds no memory without end, and keeps
//! nobody out. Where there is no room the oldest goes, not the newest: a client that means it is done in a moment, and one
//! that connects to hold a place loses it to whoever comes.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;

/// Handshakes of a listener at once.
const MAX: usize = 512;

/// Those of one address: more than come at once from browsers and scrapers behind one proxy, so that an address that opens
/// many displaces its own.
const MAX_PER_ADDRESS: usize = 64;

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
    address: IpAddr,
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
    pub(super) fn take(&self, address: IpAddr) -> Place {
        let address = neighbourhood(address);
        let (held, until) = oneshot::channel();
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of_address = taken.places.iter().filter(|held| held.address == address);
        if of_address.count() >= MAX_PER_ADDRESS {
            taken.end_first(|held| held.address == address);
        } else if taken.places.len() >= MAX {
            taken.end_first(|_| true);
        }
        let id = taken.next;
        taken.next += 1;
        taken.places.push_back(Held {
            id,
            address,
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

/// The addresses that are likely one client's: of IPv6 a network of 64 bits.
fn neighbourhood(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(of_v6) => {
            let mut octets = of_v6.octets();
            octets[8..].fill(0);
            octets.into()
        }
        of_v4 @ IpAddr::V4(_) => of_v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_needed(place: &mut Place) -> bool {
        place.until.try_recv() == Err(oneshot::error::TryRecvError::Closed)
    }

    fn address(last: u16) -> IpAddr {
        let [high, low] = last.to_be_bytes();
        IpAddr::from([10, 0, high, low])
    }

    #[test]
    fn an_address_that_opens_many_displaces_its_own_oldest() {
        let places = Places::default();
        let mut other = places.take(address(0));
        let mut silent: Vec<_> = (0..MAX_PER_ADDRESS)
            .map(|_| places.take(address(1)))
            .collect();
        assert!(!silent.iter_mut().any(is_needed));
        let mut newest = places.take(address(1));
        assert!(is_needed(&mut silent[0]) && !is_needed(&mut silent[1]));
        assert!(!is_needed(&mut other) && !is_needed(&mut newest));
    }

    #[test]
    fn where_all_places_are_taken_the_oldest_of_all_goes() {
        let places = Places::default();
        let mut silent: Vec<_> = (0..MAX as u16).map(|n| places.take(address(n))).collect();
        let mut newest = places.take(address(999));
        assert!(is_needed(&mut silent[0]) && !is_needed(&mut silent[1]));
        assert!(!is_needed(&mut newest));
        drop(silent);
        assert_eq!(places.0.lock().expect("no panic").places.len(), 1);
    }

    #[test]
    fn neighbours_of_ipv6_are_one_address() {
        let near = |text: &str| neighbourhood(text.parse().expect("an address"));
        assert_eq!(near("2001:db8::1"), near("2001:db8::ffff:1"));
        assert_ne!(near("2001:db8::1"), near("2001:db8:0:1::1"));
    }
}
