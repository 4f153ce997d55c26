//! An event that nobody listens to, with data that must be put together first.

use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use metrics_core::StreamEvent;
use serde::Serialize;

use super::inputs::{TEXTS, feed};
use super::row::EVENT as ROW;
use crate::case::{Case, library::*};

/// Ours.
#[derive(Serialize, StreamEvent)]
struct Hit<'a> {
    proxy: &'a str,
    region: &'a str,
    status: u16,
}

#[rustfmt::skip]
pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new(ROW, LIMIT, "a load and a branch", limit),
        Case::new(ROW, OURS, "Hit { … }.emit()", ours),
        Case::new(ROW, TRACING, "event!(…), no subscriber", tracing),
    ]
}

fn limit(n: u64) {
    static LISTENERS: AtomicUsize = AtomicUsize::new(0);
    feed(
        n,
        || &LISTENERS,
        &TEXTS,
        |listeners, data| {
            if listeners.load(Relaxed) != 0 {
                black_box(data);
            }
        },
    );
}

fn ours(n: u64) {
    feed(
        n,
        || &200,
        &TEXTS,
        |status, (proxy, region)| {
            Hit {
                proxy,
                region,
                status: *status,
            }
            .emit();
        },
    );
}

fn tracing(n: u64) {
    feed(
        n,
        || &200_u16,
        &TEXTS,
        |status, (proxy, region)| {
            tracing::event!(tracing::Level::INFO, proxy, region, status, "hit");
        },
    );
}
