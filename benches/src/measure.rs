//! Rounds that take turns, and their medians.

use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

/// One thing to time.
pub(crate) struct Case {
    pub(crate) row: &'static str,
    pub(crate) library: &'static str,
    pub(crate) idiom: &'static str,
    /// Does the operation so many times.
    pub(crate) run: fn(u64),
}

/// Nanoseconds an operation, for each thread.
pub(crate) struct Figures {
    pub(crate) one: f64,
    pub(crate) two: f64,
}

/// A round of one case lasts about so long.
const ROUND: Duration = Duration::from_millis(40);

pub(crate) fn measure(cases: &[Case], rounds: usize) -> Vec<Figures> {
    let lengths: Vec<u64> = cases.iter().map(length).collect();
    let mut one = vec![Vec::new(); cases.len()];
    let mut two = vec![Vec::new(); cases.len()];
    for _ in 0..rounds {
        for (index, (case, length)) in cases.iter().zip(&lengths).enumerate() {
            one[index].push(on_threads(1, case.run, *length));
            two[index].push(on_threads(2, case.run, *length));
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

/// How many operations fill a round.
fn length(case: &Case) -> u64 {
    let mut length = 1000;
    loop {
        let start = Instant::now();
        (case.run)(length);
        let took = start.elapsed();
        if took >= ROUND / 4 {
            return (length as f64 * ROUND.as_secs_f64() / took.as_secs_f64()) as u64;
        }
        length *= 2;
    }
}

fn on_threads(threads: usize, run: fn(u64), length: u64) -> f64 {
    let start = Barrier::new(threads);
    let timed = || {
        // what a thread does once is not what is measured
        run(100);
        start.wait();
        let begun = Instant::now();
        run(length);
        begun.elapsed().as_nanos() as f64 / length as f64
    };
    thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(timed)).collect();
        let times = running
            .into_iter()
            .map(|thread| thread.join().expect("no operation panics"));
        times.sum::<f64>() / threads as f64
    })
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
