//! Places for stream clients: so many in all, and so many an address, so that one who opens many leaves room for others.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::listen::Peer;

/// The places of an exporter's stream. A clone has the same.
#[derive(Clone, Debug)]
pub(crate) struct Places(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    max: usize,
    max_per_address: usize,
    taken: Mutex<Taken>,
}

/// What is taken; never more entries than places.
#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by_address: HashMap<Peer, usize>,
}

/// Why there is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Full {
    /// The stream has so many clients.
    All(usize),
    /// The address has so many.
    Address(usize),
}

/// A place, until it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    places: Places,
    address: Option<Peer>,
}

impl Places {
    pub(crate) fn new(max: usize, max_per_address: usize) -> Self {
        Self(Arc::new(Inner {
            max,
            max_per_address,
            taken: Mutex::default(),
        }))
    }

    /// A place for this peer. Only addresses of the network are told apart: behind a Unix socket is a proxy, or a user of
    /// this machine.
    pub(crate) fn take(&self, peer: Option<&Peer>) -> Result<Place, Full> {
        let address = match peer {
            Some(peer @ Peer::Ip(_)) => Some(peer.owner()),
            Some(Peer::User(_)) | None => None,
        };
        let mut taken = self.taken();
        if taken.all >= self.0.max {
            return Err(Full::All(self.0.max));
        }
        if let Some(address) = &address {
            let of_address = taken.by_address.get(address).copied().unwrap_or(0);
            if of_address >= self.0.max_per_address {
                return Err(Full::Address(self.0.max_per_address));
            }
            taken.by_address.insert(address.clone(), of_address + 1);
        }
        taken.all += 1;
        drop(taken);
        Ok(Place {
            places: self.clone(),
            address,
        })
    }

    /// How many there are in all.
    pub(crate) fn max(&self) -> usize {
        self.0.max
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.0.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        taken.all -= 1;
        let Some(address) = self.address.take() else {
            return;
        };
        if let Entry::Occupied(mut of_address) = taken.by_address.entry(address) {
            *of_address.get_mut() -= 1;
            if *of_address.get() == 0 {
                of_address.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(address: &str) -> Peer {
        Peer::Ip(address.parse().expect("an address"))
    }

    #[test]
    fn one_address_does_not_take_all() {
        let places = Places::new(3, 2);
        let (one, other) = (peer("192.0.2.1"), peer("192.0.2.2"));
        let first = places.take(Some(&one)).expect("room");
        let _second = places.take(Some(&one)).expect("room");
        assert_eq!(places.take(Some(&one)).err(), Some(Full::Address(2)));
        let _third = places.take(Some(&other)).expect("room for others");
        assert_eq!(places.take(Some(&other)).err(), Some(Full::All(3)));
        assert_eq!(places.take(None).err(), Some(Full::All(3)));
        drop(first);
        let _fourth = places.take(Some(&one)).expect("the room of who left");
    }

    #[test]
    fn what_one_owner_has_is_one_address() {
        let places = Places::new(10, 1);
        let _v6 = places.take(Some(&peer("2001:db8::1"))).expect("room");
        let same = places.take(Some(&peer("2001:db8::ffff:2")));
        assert_eq!(same.err(), Some(Full::Address(1)));
        let _other = places.take(Some(&peer("2001:db8:0:1::1"))).expect("room");
        let _v4 = places.take(Some(&peer("192.0.2.1"))).expect("room");
        let mapped = places.take(Some(&peer("::ffff:192.0.2.1")));
        assert_eq!(mapped.err(), Some(Full::Address(1)));
    }

    #[test]
    fn who_has_left_is_forgotten() {
        let places = Places::new(1000, 1);
        for low in 0..=255 {
            drop(places.take(Some(&Peer::Ip([192, 0, 2, low].into()))));
        }
        assert!(places.taken().by_address.is_empty());
    }
}
