//! What each thread has done, in plain numbers of its own: what must be exposed in the end. Numbers are in eighths, which
//! a float holds exactly, so that sums are the same in any order.

use std::collections::{BTreeMap, HashMap};

use super::metrics::{KNOWN_CUSTOMERS, Route};

/// What is counted, as the ledger tells it apart.
#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq)]
pub(super) enum Key {
    Requests(Route, bool),
    Energy,
    Depth,
    Stored(Route),
    Rounds(usize),
    /// An observation, by the place of its bucket.
    Observed(Times, Route, usize),
    Sum(Times, Route),
    Visits(usize),
    Clicks,
    Views,
    Called(&'static str),
    EndedThreads,
}

/// A family of histograms.
#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Times {
    Size,
    Wait,
    Native,
    Both,
}

impl Times {
    const ALL: [Self; 4] = [Self::Size, Self::Wait, Self::Native, Self::Both];

    fn name(self) -> &'static str {
        match self {
            Self::Size => "soak_size_bytes",
            Self::Wait => "soak_wait_seconds",
            Self::Native => "soak_native_seconds",
            Self::Both => "soak_both_seconds",
        }
    }

    /// The bounds of its classic buckets, in eighths, and how they are written.
    fn bounds(self) -> &'static [(i64, &'static str)] {
        match self {
            Self::Size => &[(8, "1"), (64, "8"), (512, "64"), (4096, "512")],
            Self::Wait | Self::Both => &[(1, "0.125"), (8, "1"), (64, "8"), (512, "64")],
            Self::Native => &[],
        }
    }
}

/// Eighths of what was added, by what it was added to.
#[derive(Debug, Default)]
pub(super) struct Ledger(HashMap<Key, i64>);

impl Ledger {
    pub(super) fn add(&mut self, key: Key, eighths: i64) {
        *self.0.entry(key).or_default() += eighths;
    }

    pub(super) fn set(&mut self, key: Key, eighths: i64) {
        self.0.insert(key, eighths);
    }

    pub(super) fn observe(&mut self, times: Times, route: Route, eighths: i64) {
        let mut bounds = times.bounds().iter();
        let place = bounds.position(|(bound, _)| eighths <= *bound);
        let place = place.unwrap_or(times.bounds().len());
        self.add(Key::Observed(times, route, place), 8);
        self.add(Key::Sum(times, route), eighths);
    }

    /// Takes over what another thread has done, to other keys where it has [set](Self::set) them.
    pub(super) fn merge(&mut self, other: Self) {
        for (key, eighths) in other.0 {
            self.add(key, eighths);
        }
    }

    /// Every sample that must be exposed, named as in the text format with labels in the order of their names.
    pub(super) fn samples(&self) -> BTreeMap<String, f64> {
        let mut samples = BTreeMap::new();
        let mut add = |sample: String, eighths: i64| {
            *samples.entry(sample).or_default() += eighths as f64 / 8.0;
        };
        for (key, eighths) in &self.0 {
            if let Some(sample) = sample(*key) {
                add(sample, *eighths);
            }
        }
        for times in Times::ALL {
            for route in Route::ALL {
                self.histogram(times, route, &mut add);
            }
        }
        samples
    }

    fn histogram(&self, times: Times, route: Route, add: &mut impl FnMut(String, i64)) {
        let (name, route_name) = (times.name(), name_of(route));
        let of = |key| self.0.get(&key).copied().unwrap_or_default();
        let mut count = 0;
        for place in 0..=times.bounds().len() {
            count += of(Key::Observed(times, route, place));
            if let Some((_, bound)) = times.bounds().get(place) {
                add(
                    format!(r#"{name}_bucket{{le="{bound}",route="{route_name}"}}"#),
                    count,
                );
            }
        }
        add(format!(r#"{name}_count{{route="{route_name}"}}"#), count);
        let sum = of(Key::Sum(times, route));
        add(format!(r#"{name}_sum{{route="{route_name}"}}"#), sum);
    }
}

/// What one key is exposed as; histograms are of several.
fn sample(key: Key) -> Option<String> {
    Some(match key {
        Key::Requests(route, failed) => {
            let route = name_of(route);
            format!(r#"soak_requests_total{{failed="{failed}",route="{route}"}}"#)
        }
        Key::Energy => "soak_energy_joules_total".to_owned(),
        Key::Depth => "soak_depth".to_owned(),
        Key::Stored(route) => format!(r#"soak_stored_bytes{{route="{}"}}"#, name_of(route)),
        Key::Rounds(updater) => format!(r#"soak_rounds{{updater="{updater}"}}"#),
        Key::Visits(customer) if customer < KNOWN_CUSTOMERS => {
            format!(r#"soak_visits_total{{customer="{customer}"}}"#)
        }
        Key::Visits(_) => r#"soak_visits_total{customer="overflow"}"#.to_owned(),
        // what has gone: summed over all that were ever seen
        Key::Clicks => "soak_clicks_total".to_owned(),
        Key::Views => "soak_views_total".to_owned(),
        Key::Called(end) => format!(r#"soak_call_duration_seconds_count{{outcome="{end}"}}"#),
        Key::EndedThreads => "soak_ended_threads_total".to_owned(),
        Key::Observed(..) | Key::Sum(..) => return None,
    })
}

fn name_of(route: Route) -> &'static str {
    match route {
        Route::Home => "home",
        Route::Search => "search",
        Route::Cart => "cart",
        Route::Pay => "pay",
    }
}
