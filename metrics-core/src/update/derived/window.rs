//! Samples of the latest past: enough of them to say how much something grew in a window that slides.

use std::collections::VecDeque;

use super::formula::Increase;

/// A window is made of so many parts, and a sample is kept of each.
const PARTS: u64 = 60;

/// Samples lie no closer than this, in nanoseconds: more of them cost more than they tell.
const CLOSEST: u64 = 100_000_000;

/// Nor is the next one waited for longer, so that little is lost of what grew just before a series went.
const LONGEST: u64 = 5_000_000_000;

/// How often to take a sample for a window, in nanoseconds.
pub(super) fn sampled_every(window: u64) -> u64 {
    step_of(window).min(LONGEST)
}

fn step_of(window: u64) -> u64 {
    (window / PARTS).max(CLOSEST)
}

/// What some numbers were in a window and just before it: counters, which only grow, or differences of them.
///
/// Of three samples that follow each other, the first and the last are at least a step apart: so there are at most two
/// for each step. What is older than the sample before the window is gone.
#[derive(Debug)]
pub(super) struct Window {
    nanos: u64,
    step: u64,
    /// By time; those of one moment in the order in which they came.
    samples: VecDeque<Sample>,
}

#[derive(Debug, PartialEq)]
struct Sample {
    at: u64,
    values: Box<[f64]>,
}

impl Window {
    pub(super) fn new(nanos: u64) -> Self {
        Self {
            nanos,
            step: step_of(nanos),
            samples: VecDeque::new(),
        }
    }

    /// Keeps what the numbers are `at` this moment.
    pub(super) fn push(&mut self, at: u64, values: Box<[f64]>) {
        let sample = Sample { at, values };
        if self.samples.back() == Some(&sample) {
            return;
        }
        let mut latest = self.samples.iter().rev();
        if let (Some(_), Some(before)) = (latest.next(), latest.next())
            && at.saturating_sub(before.at) < self.step
        {
            self.samples.pop_back();
        }
        self.samples.push_back(sample);
        let start = at.saturating_sub(self.nanos);
        while self.samples.get(1).is_some_and(|second| second.at < start) {
            self.samples.pop_front();
        }
    }

    /// How much the numbers grew from the beginning of the window to the newest sample, which is of `now`; a difference
    /// may have shrunk.
    ///
    /// What was counted in the very moment in which the window begins is in it. A window that is not full counts as long
    /// as there are samples, and at least as long as from one to the next. Where it begins between two samples, the
    /// numbers grew evenly, if `between`; otherwise it begins with the earlier one.
    pub(super) fn increase(&self, now: u64, between: bool) -> Increase {
        let start = now.saturating_sub(self.nanos);
        let first = self.samples.front().map_or(now, |first| first.at);
        let base = self.at(start, between);
        let newest = self.samples.back().map_or(&[][..], |newest| &newest.values);
        let by = newest.iter().enumerate().map(|(index, newest)| {
            let before = base.get(index).copied().unwrap_or(0.0);
            newest - before
        });
        Increase {
            by: by.collect(),
            nanos: (now.saturating_sub(first.max(start))).max(sampled_every(self.nanos)),
        }
    }

    /// What the numbers were at a moment, before what came in it.
    fn at(&self, moment: u64, between: bool) -> Vec<f64> {
        let after = self.samples.partition_point(|sample| sample.at < moment);
        let earlier = after
            .checked_sub(1)
            .and_then(|index| self.samples.get(index));
        match (earlier, self.samples.get(after)) {
            (Some(earlier), Some(later)) if between || later.at == moment => {
                let part = (moment - earlier.at) as f64 / (later.at - earlier.at) as f64;
                let later = later.values.iter().enumerate();
                let values = later.map(|(index, later)| {
                    let earlier = earlier.values.get(index).copied().unwrap_or(0.0);
                    // exact at both ends
                    if part >= 1.0 {
                        *later
                    } else {
                        // and never beyond, by rounding, so that what has not grown is 0
                        let between = earlier + (later - earlier) * part;
                        between.max(earlier.min(*later)).min(earlier.max(*later))
                    }
                });
                values.collect()
            }
            (Some(one), _) | (None, Some(one)) => one.values.to_vec(),
            (None, None) => Vec::new(),
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000_000;

    fn window(seconds: u64, samples: &[(u64, f64)]) -> Window {
        let mut window = Window::new(seconds * SECOND);
        for (at, value) in samples {
            window.push(at * SECOND, [*value].into());
        }
        window
    }

    fn increase(window: &Window, now: u64, between: bool) -> (f64, u64) {
        let increase = window.increase(now * SECOND, between);
        (increase.by.iter().sum(), increase.nanos / SECOND)
    }

    #[test]
    fn a_window_begins_between_two_samples() {
        // nothing was looked at for ten minutes, as when the process was stopped
        let stopped = window(60, &[(0, 0.0), (10, 10.0), (610, 610.0)]);
        assert_eq!(increase(&stopped, 610, true), (60.0, 60));
        assert_eq!(increase(&stopped, 610, false), (600.0, 60));
    }

    #[test]
    fn what_was_counted_in_the_first_moment_is_in_it() {
        let window = window(60, &[(0, 0.0), (40, 3.0), (40, 7.0), (100, 9.0)]);
        assert_eq!(increase(&window, 100, true), (6.0, 60));
        assert_eq!(increase(&window, 100, false), (6.0, 60));
    }

    #[test]
    fn a_window_that_is_not_full_is_as_long_as_there_are_samples_and_as_between_two() {
        let young = window(600, &[(100, 0.0), (130, 6.0)]);
        assert_eq!(increase(&young, 130, true), (6.0, 30));
        let new = window(600, &[(100, 0.0), (100, 6.0)]);
        assert_eq!(increase(&new, 100, true), (6.0, 5));
    }

    #[test]
    fn however_often_it_is_looked_at_there_are_two_samples_a_step() {
        for (nanos, every) in [(SECOND, 1_000_000), (60 * SECOND, 7_000_000)] {
            let mut window = Window::new(nanos);
            for n in 0..50_000 {
                window.push(n * every, [n as f64].into());
            }
            let most = 2 * nanos.div_ceil(step_of(nanos)) + 3;
            let count = window.samples.len() as u64;
            assert!(count <= most && count >= most / 4, "{count} of {most}");
        }
    }

    #[test]
    fn numbers_that_come_later_were_zero() {
        let mut window = window(60, &[(0, 1.0)]);
        window.push(30 * SECOND, [3.0, 4.0].into());
        assert_eq!(increase(&window, 30, true), (6.0, 30));
    }
}
