//! A timed function that is right: what validation hands to expansion.

use proc_macro2::{Group, Ident, TokenStream};
use syn::{Attribute, Expr, Path, Signature, Type, Visibility};

use super::slo::Slo;
use crate::buckets::Buckets;
use crate::krate::Krate;

pub(super) struct Timed {
    pub(super) krate: Krate,
    pub(super) function: Function,
    pub(super) shape: Shape,
    /// What it feeds of the families that all functions share.
    pub(super) own: Own,
    /// The metrics of sets that it feeds; the first of them must have every label that is given.
    pub(super) metrics: Vec<Metric>,
    pub(super) labels: Vec<LabelValue>,
    pub(super) in_flight: Option<Target>,
    pub(super) judge: Judge,
    pub(super) objective: Option<Objective>,
}

/// A function whose body nobody has read: it may be half-written while an editor asks.
pub(super) struct Function {
    pub(super) attrs: Vec<Attribute>,
    /// What stands before the signature: the visibility, and in a block `default`.
    pub(super) vis: Visibility,
    pub(super) defaultness: TokenStream,
    pub(super) signature: Signature,
    pub(super) body: Group,
}

/// What a call is, and where it ends.
pub(super) enum Shape {
    /// It ends with the function, or its future if it is `async`.
    Body(Returns),
    /// It is the future that the function returns.
    Future(Boxing, Type),
    /// It goes on in the stream that the function returns.
    Stream {
        mode: StreamMode,
        boxing: Boxing,
        /// What the items are, if it is written.
        item: Option<Type>,
        /// The stream is in a `Result`.
        in_result: bool,
    },
}

/// What a body comes to, as it may be written inside a body: with `_` for what only the signature may name.
pub(super) enum Returns {
    Unit,
    /// `!`.
    Never,
    /// `impl Trait`, which is no future, stream or `Result`.
    Opaque,
    Value(Box<Type>),
}

/// How a future or stream is returned.
pub(super) enum Boxing {
    /// As `impl Trait`.
    No,
    /// In a `Pin<Box<…>>`.
    Yes,
    /// The same, by a body that ends in `Box::pin(…)`: what stands before that, `Box::pin`, and what it is given.
    AtTheEnd {
        before: TokenStream,
        pin: TokenStream,
        argument: TokenStream,
    },
}

#[derive(Clone, Copy)]
pub(super) enum StreamMode {
    FirstItem,
    EachItem,
    Lifetime,
}

#[derive(Default)]
pub(super) struct Own {
    /// The label `function`.
    pub(super) name: String,
    pub(super) calls: bool,
    pub(super) duration: bool,
    pub(super) busy: bool,
    pub(super) slow_nanos: Option<u64>,
    pub(super) buckets: Option<Buckets>,
}

pub(super) struct Metric {
    pub(super) records: Records,
    pub(super) target: Target,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Records {
    /// A histogram of how long calls take.
    Time,
    /// A counter of calls.
    Calls,
    /// A counter of calls that ended with an error or a panic.
    Errors,
    /// A histogram of how long futures are polled.
    BusyTime,
}

/// A metric that the attribute names.
#[derive(Clone)]
pub(super) enum Target {
    /// `Set::field`: the field of the global instance.
    Global { set: Path, field: Ident },
    /// `self.metrics.field`, or any other expression.
    Expression {
        written: Expr,
        /// It is borrowed from what stays where it is while the body runs; else the body may own it, and a clone is
        /// taken before.
        borrowed: bool,
    },
}

#[derive(Clone)]
pub(super) struct LabelValue {
    pub(super) label: Ident,
    pub(super) value: Expr,
}

/// What is promised of the function.
pub(super) struct Objective {
    pub(super) slo: Slo,
    /// The metrics that tell whether it is kept, if they are not those that all functions share.
    pub(super) fields: Option<Fields>,
}

/// Metrics of sets.
pub(super) struct Fields {
    pub(super) time: Option<Field>,
    pub(super) calls: Option<Field>,
    pub(super) errors: Option<Field>,
}

/// A field of a set that registers itself.
pub(super) struct Field {
    pub(super) set: Path,
    pub(super) field: Ident,
}

/// How it is found out how a call went.
#[derive(Clone)]
pub(super) enum Judge {
    /// By its type: a `Result` may be an error.
    ByType,
    /// It is a `Result`, or it does not compile.
    Result(Ident),
    OkIf(Expr),
    ErrorIf(Expr),
    /// A `Result`, whose error gives a label.
    ErrorLabel(Expr),
}
