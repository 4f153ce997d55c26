//! The faults that FAULTS names of connections and requests: each test fails where its defence is taken away.

mod broken;
mod crowds;
mod handlers;
mod heads;
mod listeners;
mod places;
mod refusals;
mod slow_code;
mod slow_readers;
mod stops;
#[cfg(unix)]
mod unix;

pub(crate) use refusals::METRICS;
