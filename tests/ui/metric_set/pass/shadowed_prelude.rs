//! Names of the prelude, of primitive types and of the standard crates that mean something else here.

#![allow(dead_code, non_camel_case_types, unused_imports, unused_macros)]

mod shadowed {
    pub struct Result;
    pub struct Option;
    pub struct Some;
    pub struct None;
    pub struct Ok;
    pub struct Err;
    pub struct Vec;
    pub struct String;
    pub struct Box;
    pub struct Fn;
    pub struct FnMut;
    pub trait Default {}
    pub trait Into {}
    pub trait From {}
    pub trait Clone {}
    pub struct str;
    pub struct usize;
    pub struct u32;
    pub struct f64;
    pub struct bool;
    pub mod core {}
    pub mod std {}
    pub mod metrics_core {}
    pub mod inventory {}
    macro_rules! line { () => { compile_error!("shadowed") } }
    macro_rules! file { () => { compile_error!("shadowed") } }
    macro_rules! module_path { () => { compile_error!("shadowed") } }
    macro_rules! unreachable { () => { compile_error!("shadowed") } }
    pub(crate) use {file, line, module_path, unreachable};
}

mod declared {
    use super::shadowed::*;
    use ::metrics_core::{
        Counter, Gauge, Histogram, Info, Label as MyLabel, LabelSet as MyLabelSet,
        MetricSet as MySet, Outcome, StateSet, timed,
    };

    // the traits are in scope under other names only; these are the user's own
    pub trait Label {}
    pub trait LabelSet {}
    pub trait MetricSet {}
    pub struct Descriptor;

    #[derive(MyLabel)]
    pub enum Method {
        Get,
        None,
        Ok,
    }

    #[derive(MyLabelSet)]
    pub struct By<'a> {
        #[label(open, max = 5)]
        pub path: &'a ::core::primitive::str,
        pub method: Method,
        pub outcome: Outcome,
    }

    /// A set of anything.
    #[derive(MySet)]
    #[metrics(labels(inner = "yes"))]
    pub struct Inner<T> {
        #[metric(flatten)]
        pub anything: T,
        /// Things.
        pub things: Counter,
    }

    /// States.
    #[derive(MySet)]
    #[metrics(register = false)]
    pub struct States {
        /// What it does.
        pub method: StateSet<Method>,
        /// What was seen.
        pub seen: Info<By<'static>>,
    }

    /// A set.
    #[derive(MySet)]
    #[metrics(prefix = "shadowed")]
    pub struct Set {
        #[metric(flatten, prefix = "inner")]
        pub inner: Inner<States>,
        /// Time.
        #[metric(unit = "seconds", buckets = [1])]
        pub time: Histogram<By<'static>>,
        /// In flight.
        #[metric(alert(
            name = "Busy",
            expr = "$self > on (job) max by (job) (-foo{job!=''} offset 5m)",
            for = "5m",
            severity = "info",
            summary = "{{ $value }}",
            fires = "in_flight 9x9",
            silent = "in_flight 0x9",
        ))]
        pub in_flight: Gauge,
        /// Read.
        #[metric(read = read)]
        pub read: Counter,
    }

    fn read() -> ::core::primitive::u32 {
        3
    }

    #[timed(Set::time, labels(path = "/", method = Method::Get), in_flight = Set::in_flight)]
    pub fn sync(fail: ::core::primitive::bool) -> ::core::result::Result<(), ()> {
        if fail {
            return ::core::result::Result::Err(());
        }
        ::core::result::Result::Ok(())
    }

    #[timed(Set::time, labels(path = "/", method = Method::Ok))]
    pub async fn asynchronous() -> ::core::option::Option<Vec> {
        ::core::option::Option::Some(Vec)
    }

    #[timed]
    pub fn plain() {}
}

fn main() {
    use std::future::Future;
    use std::task::{Context, Waker};

    assert!(declared::sync(true).is_err());
    assert!(declared::sync(false).is_ok());
    declared::plain();
    let polled = std::pin::pin!(declared::asynchronous()).poll(&mut Context::from_waker(Waker::noop()));
    assert!(polled.is_ready());
    let text = metrics_core::Registry::global().encode_text();
    for line in [
        "shadowed_time_seconds_count{path=\"/\",method=\"get\",outcome=\"error\"} 1",
        "shadowed_time_seconds_count{path=\"/\",method=\"get\",outcome=\"ok\"} 1",
        "shadowed_time_seconds_count{path=\"/\",method=\"ok\",outcome=\"ok\"} 1",
        "shadowed_in_flight 0",
        "shadowed_read_total 3",
        "shadowed_inner_things_total{inner=\"yes\"} 0",
        "shadowed_inner_method{inner=\"yes\",shadowed_inner_method=\"ok\"} 0",
        "function_calls_total{function=\"plain\",module=\"$0::declared\",outcome=\"ok\"} 1",
    ] {
        let line = line.replace("$0", module_path!());
        assert!(text.contains(&line), "{line}\n{text}");
    }
}
