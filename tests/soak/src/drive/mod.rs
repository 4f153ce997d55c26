//! The clients: one thread that drives all connections, without waiting for any.

mod acts;
mod client;
mod crowd;
mod faults;
mod scraper;
mod scrapes;
mod script;
mod seen;
mod turn;

pub(crate) use faults::Fault;
pub(crate) use seen::Seen;
pub(crate) use turn::Drive;
