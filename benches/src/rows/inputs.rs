//! What the rows are fed with, the same for every library and drawn beforehand, and the loops that feed it.

use std::fmt;
use std::hint::black_box;
use std::sync::LazyLock;

/// A label of four values.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    serde::Serialize,
    fastmetrics::derive::EncodeLabelValue,
    measured::FixedCardinalityLabel,
    metrics_core::Label,
    prometheus_client::encoding::EncodeLabelValue,
    vise::EncodeLabelValue,
)]
#[metrics(rename_all = "snake_case")]
pub(crate) enum Method {
    Get,
    Post,
    Put,
    Delete,
}

/// A label of three values.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    serde::Serialize,
    fastmetrics::derive::EncodeLabelValue,
    measured::FixedCardinalityLabel,
    metrics_core::Label,
    prometheus_client::encoding::EncodeLabelValue,
    vise::EncodeLabelValue,
)]
#[metrics(rename_all = "snake_case")]
pub(crate) enum Status {
    Ok,
    Refused,
    Failed,
}

impl Method {
    pub(crate) const ALL: [Self; 4] = [Self::Get, Self::Post, Self::Put, Self::Delete];

    pub(crate) fn text(self) -> &'static str {
        ["get", "post", "put", "delete"][self as usize]
    }
}

impl Status {
    pub(crate) const ALL: [Self; 3] = [Self::Ok, Self::Refused, Self::Failed];

    pub(crate) fn text(self) -> &'static str {
        ["ok", "refused", "failed"][self as usize]
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

/// All label sets of a method and a status, the method first, for children that are held beforehand.
pub(crate) fn all_pairs() -> impl Iterator<Item = (Method, Status)> {
    let statuses = |method| Status::ALL.map(|status| (method, status));
    Method::ALL.into_iter().flat_map(statuses)
}

/// A pair's place in [`all_pairs`].
pub(crate) fn place((method, status): (Method, Status)) -> usize {
    method as usize * Status::ALL.len() + status as usize
}

/// So many label sets are drawn: a power of two, so that taking the next costs nothing to speak of.
pub(crate) const DRAWN: usize = 16;

pub(crate) static METHODS: LazyLock<[Method; DRAWN]> =
    LazyLock::new(|| std::array::from_fn(|i| Method::ALL[(i * 7) % 4]));

pub(crate) static PAIRS: LazyLock<[(Method, Status); DRAWN]> =
    LazyLock::new(|| std::array::from_fn(|i| (METHODS[i], Status::ALL[(i * 5) % 3])));

/// Texts of about ten bytes, 4 × 3 different ones. Each is a text of its own, as if it had come with a request.
pub(crate) static TEXTS: LazyLock<[(&'static str, &'static str); DRAWN]> = LazyLock::new(|| {
    std::array::from_fn(|i| {
        let customer = format!("customer-{}", (i * 7) % 4);
        let region = format!("region-{}", (i * 5) % 3);
        (&*customer.leak(), &*region.leak())
    })
});

/// Bounds of 11 buckets, the default ones of this project and of Prometheus' own clients.
pub(crate) const BOUNDS: [f64; 11] = [
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

/// So many values are drawn.
pub(crate) const OBSERVED: usize = 4096;

/// Values spread evenly up to 12, in an order that no branch predictor learns.
pub(crate) static VALUES: LazyLock<[f64; OBSERVED]> = LazyLock::new(|| {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    std::array::from_fn(|_| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / (1_u64 << 24) as f64 * 12.0
    })
});

/// The same with a method each.
pub(crate) static LABELLED: LazyLock<[(Method, f64); OBSERVED]> =
    LazyLock::new(|| std::array::from_fn(|i| (METHODS[i % DRAWN], VALUES[i])));

/// Does `update` n times. `metric` is how a program comes by it; which one it is the compiler does not know.
#[inline(always)]
pub(crate) fn repeat<'m, M: ?Sized + 'm>(
    n: u64,
    metric: impl Fn() -> &'m M,
    mut update: impl FnMut(&'m M),
) {
    for _ in 0..n {
        update(black_box(metric()));
    }
}

/// Does `update` n times with the inputs in turn; the compiler knows neither the metric nor the input.
#[inline(always)]
pub(crate) fn feed<'m, M: ?Sized + 'm, T, const N: usize>(
    n: u64,
    metric: impl Fn() -> &'m M,
    inputs: &'static [T; N],
    mut update: impl FnMut(&'m M, &'static T),
) {
    const { assert!(N.is_power_of_two()) }
    for i in 0..n {
        update(black_box(metric()), black_box(&inputs[i as usize % N]));
    }
}
