//! No prelude, no `unsafe`, no warnings, not one allowed lint: the expansions must not ask for any of them.

#![no_implicit_prelude]
#![forbid(
    unsafe_code,
    dead_code,
    non_camel_case_types,
    private_interfaces,
    unreachable_pub,
    unused_imports,
    unused_mut,
    unused_qualifications
)]
#![deny(
    warnings,
    missing_docs,
    unreachable_pub,
    unused_qualifications,
    single_use_lifetimes,
    elided_lifetimes_in_paths,
    missing_debug_implementations,
    trivial_casts,
    unnameable_types,
    unused_lifetimes,
    unused_import_braces,
    let_underscore_drop,
    absolute_paths_not_starting_with_crate,
    explicit_outlives_requirements,
    redundant_lifetimes,
    unit_bindings,
    unused_results,
    variant_size_differences
)]
#![deny(clippy::all, clippy::pedantic)]

/// What the crate shows to others.
pub mod metrics {
    use ::metrics_core::{
        Counter, Gauge, Histogram, Info, Label, LabelSet, MetricSet, Outcome, StateSet,
    };

    /// A method.
    #[derive(Clone, Copy, Debug, Label)]
    pub enum Method {
        /// GET.
        Get,
        /// POST.
        #[label(name = "POST")]
        Post,
    }

    /// By method.
    #[derive(Clone, Copy, Debug, LabelSet)]
    pub struct ByMethod<'a> {
        /// How it was asked for.
        pub method: Method,
        /// What was asked for.
        #[label(open, max = 10)]
        pub path: &'a str,
        /// How it ended.
        pub outcome: Outcome,
    }

    /// Connections.
    #[derive(Debug, MetricSet)]
    #[metrics(register = false, labels(side = "server"))]
    pub struct Connections {
        /// Connections opened.
        pub opened: Counter,
    }

    const ZONE: &str = "a";

    /// Requests.
    #[derive(Debug, MetricSet)]
    #[metrics(prefix = "http", labels(service = "hostile", zone = ZONE))]
    pub struct Http {
        /// Of the connections.
        #[metric(flatten, prefix = "connections")]
        pub connections: Connections,
        /// What was asked for first.
        pub first: Info<ByMethod<'static>>,
        /// The method now.
        pub now: StateSet<Method>,
        /// Requests answered.
        #[metric(buckets = [0.1, 1.0], unit = "seconds")]
        pub(crate) time: Histogram<ByMethod<'static>>,
        /// Bytes sent.
        #[metric(unit = "bytes")]
        pub sent: Counter,
        /// Requests in flight.
        #[metric(alert(
            name = "Busy",
            expr = "$self > on (job) max by (job) (-foo{job!=''} offset 5m)",
            for = "5m",
            severity = "info",
            summary = "{{ $value }}",
            fires = "in_flight 9x9",
            silent = "in_flight 0x9",
        ))]
        pub(super) in_flight: Gauge,
        /// Uptime.
        #[metric(unit = "seconds", read = uptime)]
        uptime: Gauge<(), f64>,
        /// No metric.
        #[metric(skip)]
        pub name: &'static str,
    }

    fn uptime() -> f64 {
        1.5
    }
}

/// Private items of a binary.
mod private {
    use ::metrics_core::{Counter, Label, LabelSet, MetricSet};

    #[derive(Clone, Copy, Label)]
    pub(crate) enum Kind {
        Only,
    }

    #[derive(Clone, Copy, LabelSet)]
    struct ByKind {
        kind: Kind,
    }

    #[derive(MetricSet)]
    #[metrics(register = false)]
    struct Own {
        /// Things.
        things: Counter<ByKind>,
    }

    pub(crate) fn run() {
        let own: Own = MetricSet::detached();
        own.things.with(ByKind { kind: Kind::Only }).inc();
    }
}

use metrics::{Http, Method};
use ::metrics_core::timed;
use ::std::{assert, assert_eq};
use ::std::future::Future;
use ::std::pin::pin;
use ::std::result::Result::{self, Err, Ok};
use ::std::task::{Context, Waker};

#[timed(Http::time, labels(method = Method::Get, path), in_flight = Http::in_flight)]
fn get(path: &str) -> Result<usize, ()> {
    if path.is_empty() {
        return Err(());
    }
    Ok(path.len())
}

#[timed(Http::time, labels(method = Method::Post, path), in_flight = Http::in_flight)]
async fn post(path: &str) -> usize {
    ::std::future::ready(()).await;
    path.len()
}

#[timed]
async fn nothing() {
    ::std::future::ready(()).await;
}

#[timed]
fn free(mut left: u32) {
    while left > 0 {
        left -= 1;
    }
}

#[timed]
fn chosen(left: &mut u32, right: u32) -> &mut u32 {
    *left += right;
    left
}

#[timed]
fn forever(code: i32) -> ! {
    ::std::process::exit(code)
}

#[timed]
async fn never() -> ! {
    ::std::future::pending().await
}

fn main() {
    private::run();
    assert_eq!(get("/a"), Ok(2));
    assert_eq!(get(""), Err(()));
    let mut cx = Context::from_waker(Waker::noop());
    assert_eq!(pin!(post("/a")).poll(&mut cx), ::std::task::Poll::Ready(2));
    assert_eq!(pin!(nothing()).poll(&mut cx), ::std::task::Poll::Ready(()));
    assert!(pin!(never()).poll(&mut cx).is_pending());
    free(3);
    let mut n = 1;
    assert_eq!(*chosen(&mut n, 2), 3);
    Http::global().sent.inc();
    Http::global().connections.opened.inc();
    Http::global().now.set(Method::Post);
    assert_eq!(Http::global().name, "");
    forever(0);
}
