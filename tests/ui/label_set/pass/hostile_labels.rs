//! Every make of label where there is no prelude, and where warnings are errors.

#![no_implicit_prelude]
#![forbid(unsafe_code, unused_qualifications, unused_imports, dead_code)]
#![deny(warnings, missing_docs, unreachable_pub, single_use_lifetimes, unused_lifetimes, let_underscore_drop)]

use ::core::option::Option::{self, None, Some};
use ::metrics_core::{Counter, Label, LabelSet, MetricSet, OpenLabel, Outcome};

/// A status.
#[derive(Clone, Copy, Debug, Label)]
#[label(discriminant)]
pub enum Status {
    /// Ok.
    Ok = 200,
    /// Created.
    Created,
}

/// Where it was sent.
#[derive(Clone, Copy, Debug, LabelSet)]
pub struct Endpoint<'a> {
    /// The path.
    #[label(open, max = 10, overflow = "other")]
    pub path: Option<&'a str>,
    /// The address.
    #[label(open, display, max = 10)]
    pub address: ::std::net::IpAddr,
    /// The address of the proxy.
    #[label(open, display, max = 10)]
    pub proxy: Option<::std::net::IpAddr>,
    /// The status.
    pub status: Option<Status>,
}

/// Of another crate's set, by another name, without labels of its own.
#[derive(Clone, Copy, Debug, LabelSet)]
pub struct OnlyNested<'q> {
    /// A field that is called as something in the expansion.
    #[label(flatten)]
    pub labels: Endpoint<'q>,
}

/// All of them.
#[derive(Clone, Copy, Debug, LabelSet)]
pub struct All<'labels> {
    /// How it ended.
    pub outcome: Outcome,
    /// A field that is called as something in the expansion.
    #[label(flatten)]
    pub visit: OnlyNested<'labels>,
    /// Nothing is a set of labels too.
    #[label(flatten)]
    pub nothing: (),
}

/// A type of the user's own, with an implementation of its own.
#[derive(Clone, Copy, Debug)]
pub struct Own(u8);

impl OpenLabel for Own {
    fn with_text<R>(&self, use_text: impl ::core::ops::FnOnce(&str) -> R) -> R {
        use_text(if self.0 == 0 { "zero" } else { "more" })
    }
}

/// By a type of its own.
#[derive(Clone, Copy, Debug, LabelSet)]
pub struct ByOwn {
    /// The type.
    #[label(open, max = 2)]
    pub own: Option<Own>,
}

/// A set.
#[derive(Debug, MetricSet)]
#[metrics(prefix = "hostile_labels")]
pub struct Set {
    /// Requests.
    pub requests: Counter<All<'static>>,
    /// Others.
    pub others: Counter<ByOwn>,
}

fn main() {
    let endpoint = Endpoint {
        path: Some("/"),
        address: ::std::net::IpAddr::V4(::std::net::Ipv4Addr::LOCALHOST),
        proxy: None,
        status: Some(Status::Created),
    };
    let visit = OnlyNested { labels: endpoint };
    let all = All { outcome: Outcome::Ok, visit, nothing: () };
    Set::global().requests.with(all).inc();
    Set::global().others.with(ByOwn { own: Some(Own(0)) }).inc();
    let text = ::metrics_core::Registry::global().encode_text();
    ::std::assert!(
        text.contains("hostile_labels_requests_total{outcome=\"ok\",path=\"/\",address=\"127.0.0.1\",status=\"201\"} 1\n"),
        "{text}"
    );
    ::std::assert!(text.contains("hostile_labels_others_total{own=\"zero\"} 1\n"), "{text}");
    let _ = Status::Ok;
}
