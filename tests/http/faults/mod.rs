//! The faults that FAULTS names of connections and requests: each test fails where its defence is taken away.

mod broken;
mod handlers;
mod heads;
mod places;
mod refusals;
mod slow_code;
mod slow_readers;
