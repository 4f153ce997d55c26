//! No prelude, no `unsafe`, no warnings, another path: the expansions must not ask for any of them.

#![no_implicit_prelude]
#![forbid(unsafe_code, private_interfaces, unreachable_pub, unused_imports, unused_mut)]
#![deny(
    warnings,
    unused_qualifications,
    missing_docs,
    single_use_lifetimes,
    elided_lifetimes_in_paths,
    missing_debug_implementations,
    trivial_casts,
    unnameable_types,
    unused_lifetimes,
    let_underscore_drop,
    absolute_paths_not_starting_with_crate,
    explicit_outlives_requirements,
    redundant_lifetimes,
    unused_results,
    variant_size_differences
)]
#![deny(clippy::all, clippy::pedantic)]

/// What the crate shows to others.
pub mod events {
    /// Where the core crate is kept.
    pub mod vendored {
        pub use ::metrics_core as core;
    }

    use ::serde::Serialize;
    use vendored::core::StreamEvent;

    /// A proxy was used.
    #[derive(Debug, Serialize, StreamEvent)]
    #[event("hit", crate = vendored::core)]
    pub struct Hit<'a> {
        /// Which.
        pub proxy: &'a str,
        /// A word of the language.
        pub r#type: u16,
    }

    /// A proxy is there no more.
    #[derive(Debug, Serialize, StreamEvent)]
    #[event(crate = vendored::core,)]
    pub struct ProxyLost;

    /// Something of something.
    #[derive(Debug, Serialize, StreamEvent)]
    pub struct OfBoth<'a, T: ?::core::marker::Sized, const N: usize>
    where
        T: ::core::fmt::Debug,
    {
        /// It.
        pub what: &'a T,
    }
}

/// Names that the expansion must not take for its own.
mod shadowed {
    #![allow(non_camel_case_types, dead_code)]

    struct Self_;
    struct str;
    struct EventType;
    struct core;
    mod std {}

    #[derive(::serde::Serialize, ::metrics_core::StreamEvent)]
    pub(crate) struct Shadowed {
        pub(crate) n: u8,
    }
}

fn main() {
    use ::metrics_core::StreamEvent;

    events::Hit { proxy: "a", r#type: 1 }.emit();
    events::ProxyLost.emit();
    events::OfBoth::<_, 1> { what: "a" }.emit();
    shadowed::Shadowed { n: 1 }.emit();

    let mut names = ::std::vec::Vec::new();
    for of in ::metrics_core::event_types() {
        names.push(of.name());
    }
    ::std::assert_eq!(names, ["hit", "of_both", "proxy_lost", "shadowed"]);
    let source = events::Hit::event_type().source();
    ::std::assert!(source.module.ends_with("::events") && source.line > 30);
}
