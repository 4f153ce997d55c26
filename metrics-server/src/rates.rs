//! Rates for `/metrics/json`: how fast a counter grew since a request before.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use metrics_core::{Kind, Snapshot, ValueSnapshot};

/// Over a shorter time than this a rate says little.
const SHORTEST: Duration = Duration::from_secs(1);

/// Counter values at the time of an earlier request.
#[derive(Debug, Default)]
pub(crate) struct RateBook {
    keys: Keys,
    book: Mutex<Book>,
}

#[derive(Debug, Default)]
struct Book {
    /// What the newest request saw.
    last: Option<Page>,
    /// What was seen at least [`SHORTEST`] before that.
    before: Option<Page>,
}

#[derive(Debug)]
struct Page {
    at: Instant,
    counters: HashMap<Key, f64>,
}

/// A series: the hash of its family's name and its labels, for pages are kept. By names and labels, a page of 400,000
/// series took 80 MB. Of a million series, two have the same hash in one of 40 million processes, and then a wrong rate.
type Key = u64;

/// Makes keys, by random numbers, so that nobody can choose labels whose hashes are the same.
#[derive(Clone, Debug, Default)]
struct Keys(RandomState);

impl Keys {
    fn key(&self, family: &str, labels: &[(String, String)]) -> Key {
        self.0.hash_one((family, labels))
    }
}

/// How fast each counter of a snapshot grew, per second.
#[derive(Debug)]
pub(crate) struct Rates {
    keys: Keys,
    rates: HashMap<Key, f64>,
}

impl Rates {
    /// 0 where there is nothing to compare with yet, or the counter began anew.
    pub(crate) fn of(&self, family: &str, labels: &[(String, String)]) -> f64 {
        let key = self.keys.key(family, labels);
        self.rates.get(&key).copied().unwrap_or(0.0)
    }
}

impl RateBook {
    /// The rates since an earlier request, at least a second ago; and remembers this one.
    pub(crate) fn turn(&self, snapshot: &Snapshot) -> Rates {
        self.turn_at(snapshot, Instant::now)
    }

    /// As [`RateBook::turn`]; the clock is asked when no other request is before this one.
    fn turn_at(&self, snapshot: &Snapshot, clock: impl FnOnce() -> Instant) -> Rates {
        let counters = counters(snapshot, &self.keys);
        let mut book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        let now = clock();
        let old_enough = |page: &Page| now.saturating_duration_since(page.at) >= SHORTEST;
        if book.last.as_ref().is_some_and(old_enough) {
            book.before = book.last.take();
        }
        let rates = match &book.before {
            Some(before) => {
                let seconds = now.saturating_duration_since(before.at).as_secs_f64();
                let rate = |(key, value): (&Key, &f64)| {
                    let grown = value - before.counters.get(key)?;
                    (grown >= 0.0).then(|| (*key, grown / seconds))
                };
                counters.iter().filter_map(rate).collect()
            }
            None => HashMap::new(),
        };
        if book.last.is_none() {
            book.last = Some(Page { at: now, counters });
        }
        Rates {
            keys: self.keys.clone(),
            rates,
        }
    }
}

fn counters(snapshot: &Snapshot, keys: &Keys) -> HashMap<Key, f64> {
    let families = snapshot.families.iter().filter(|f| f.kind == Kind::Counter);
    let series = families.flat_map(|f| f.series.iter().map(|s| (&f.name, s)));
    series
        .filter_map(|(name, series)| match &series.value {
            ValueSnapshot::Number(number) => {
                Some((keys.key(name, &series.labels), number.as_f64()))
            }
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use metrics_core::{FamilySnapshot, Number, SeriesSnapshot};

    use super::*;

    fn snapshot(hits: u64) -> Snapshot {
        Snapshot {
            families: vec![FamilySnapshot {
                name: "hits_total".to_owned(),
                kind: Kind::Counter,
                unit: String::new(),
                help: String::new(),
                series: vec![SeriesSnapshot {
                    labels: Vec::new(),
                    value: ValueSnapshot::Number(Number::Unsigned(hits)),
                    exemplars: Vec::new(),
                }],
            }],
        }
    }

    #[test]
    fn a_rate_spans_at_least_a_second() {
        let book = RateBook::default();
        let start = Instant::now();
        let rate = |hits, millis| {
            let now = start + Duration::from_millis(millis);
            book.turn_at(&snapshot(hits), || now).of("hits_total", &[])
        };
        assert_eq!(rate(100, 0), 0.0, "nothing to compare with");
        assert_eq!(rate(200, 500), 0.0, "too soon to compare");
        assert_eq!(rate(300, 2000), 100.0, "since the first request");
        assert_eq!(
            rate(400, 2500),
            120.0,
            "still since the first, for the second is too near"
        );
        assert_eq!(rate(400, 4000), 50.0, "since the third");
        assert_eq!(rate(0, 6000), 0.0, "the counter began anew");
    }

    #[test]
    fn series_are_told_apart_by_family_and_labels() {
        let at = |hits: [u64; 3]| {
            let mut all = snapshot(hits[0]);
            let mut labelled = snapshot(hits[1]);
            labelled.families[0].series[0].labels = vec![("a".to_owned(), "1".to_owned())];
            let mut other = snapshot(hits[2]);
            other.families[0].name = "misses_total".to_owned();
            all.families.extend(labelled.families);
            all.families.extend(other.families);
            all
        };
        let book = RateBook::default();
        let start = Instant::now();
        book.turn_at(&at([0, 0, 0]), || start);
        let rates = book.turn_at(&at([1, 2, 3]), || start + SHORTEST);
        assert_eq!(rates.of("hits_total", &[]), 1.0);
        assert_eq!(
            rates.of("hits_total", &[("a".to_owned(), "1".to_owned())]),
            2.0
        );
        assert_eq!(rates.of("misses_total", &[]), 3.0);
        assert_eq!(
            rates.of("hits_total", &[("a".to_owned(), "2".to_owned())]),
            0.0
        );
    }
}
