//! The warning of a listener that whoever reaches it may read.

use super::Address;
use crate::log;

pub(super) fn warn(address: &Address) {
    if address.is_loopback() || matches!(address, Address::Unix(_)) {
        return;
    }
    log::warn(&format!(
        "the metrics are served at {address} to whoever can reach it; listen on 127.0.0.1, or say who may read by `auth`, \
         `networks` or client certificates, or that it is meant by `open_to_all`"
    ));
}
