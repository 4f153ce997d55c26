//! Times the hot rows: rounds that take turns, their fastest slices, and the medians of those.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;
use std::time::{Duration, Instant};

use crate::case::Case;

/// Every figure is the median of so many rounds.
const ROUNDS: usize = 11;

/// A round is so many slices, of which the fastest counts: a slice in which something else had the core is no
/// measure of a library.
const SLICES: usize = 5;

/// A slice lasts about so long: much more than starting two threads together takes, less than a scheduler's turn.
const SLICE: Duration = Duration::from_millis(4);

/// Nanoseconds an operation, for each thread.
#[derive(Clone, Copy)]
pub(crate) struct Figures {
    pub(crate) one: f64,
    pub(crate) two: f64,
}

/// The figures of all cases. Their rounds take turns, so that a machine that changes its speed changes it for all.
pub(crate) fn measure(cases: &[Case]) -> Vec<Figures> {
    let lengths: Vec<u64> = cases.iter().map(length).collect();
    let mut one = vec![Vec::new(); cases.len()];
    let mut two = vec![Vec::new(); cases.len()];
    for _ in 0..ROUNDS {
        for (index, (case, length)) in cases.iter().zip(&lengths).enumerate() {
            one[index].push(fastest_slice(1, case.run, *length));
            two[index].push(fastest_slice(2, case.run, *length));
        }
    }
    let figures = one.into_iter().zip(two);
    figures
        .map(|(one, two)| Figures {
            one: median(one),
            two: median(two),
        })
        .collect()
}

/// How many operations fill a slice.
fn length(case: &Case) -> u64 {
    let mut length = 1000;
    loop {
        let start = Instant::now();
        (case.run)(length);
        let took = start.elapsed();
        if took >= SLICE / 4 {
            return (length as f64 * SLICE.as_secs_f64() / took.as_secs_f64()).ceil() as u64;
        }
        length *= 2;
    }
}

/// Nanoseconds an operation in the fastest of a round's slices.
///
/// A slice lasts from the first thread's start to the last one's end. So two threads that did not run at the same
/// time, and did not get into each other's way, make a slow slice, which does not count.
fn fastest_slice(threads: usize, run: fn(u64), length: u64) -> f64 {
    let arrived = AtomicUsize::new(0);
    let slices = || {
        // what a thread does once is not what is measured
        run(100);
        std::array::from_fn::<_, SLICES, _>(|slice| {
            arrived.fetch_add(1, SeqCst);
            while arrived.load(SeqCst) < threads * (slice + 1) {
                std::hint::spin_loop();
            }
            let start = Instant::now();
            run(length);
            (start, Instant::now())
        })
    };
    let of_threads: Vec<_> = thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(slices)).collect();
        let ended = running.into_iter().map(|thread| thread.join());
        ended
            .map(|slices| slices.expect("no operation panics"))
            .collect()
    });
    let took = (0..SLICES).filter_map(|slice| {
        let start = of_threads.iter().map(|slices| slices[slice].0).min()?;
        let end = of_threads.iter().map(|slices| slices[slice].1).max()?;
        Some(end - start)
    });
    took.min().unwrap_or_default().as_nanos() as f64 / length as f64
}

/// The value in the middle; NaN of nothing.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
