//! A metric set that is right: what validation hands to expansion.

use proc_macro2::{Ident, Span};
use syn::{Expr, Generics, LitStr, Path, Type, Visibility};

use super::hint::Hints;
use crate::buckets::Buckets;
use crate::krate::Krate;
use crate::native::Native;
use crate::promql;

pub(super) struct Set {
    pub(super) krate: Krate,
    pub(super) ident: Ident,
    pub(super) vis: Visibility,
    pub(super) generics: Generics,
    pub(super) help: String,
    pub(super) prefix: String,
    /// The constant labels.
    pub(super) labels: Vec<ConstantLabel>,
    /// Whether the linker registers it; never for a set with generics.
    pub(super) linked: bool,
    pub(super) fields: Vec<Field>,
}

pub(super) struct ConstantLabel {
    pub(super) name: String,
    pub(super) span: Span,
    /// A text, or the path of a constant.
    pub(super) value: Expr,
}

pub(super) struct Field {
    pub(super) ident: Ident,
    pub(super) ty: Type,
    pub(super) role: Role,
}

pub(super) enum Role {
    /// A metric, at this place among the families.
    Metric(usize, Box<Metric>),
    /// A set, with what stands before its names.
    Nested(String),
    /// No metric; starts as its default.
    Skipped,
}

pub(super) struct Metric {
    pub(super) name: String,
    /// Whether `name` is the whole family name.
    pub(super) verbatim: bool,
    /// Whether it may be called like a series of a histogram.
    pub(super) series_suffix: bool,
    pub(super) unit: String,
    pub(super) help: String,
    pub(super) buckets: Option<Buckets>,
    pub(super) native: Option<Native>,
    /// After how many nanoseconds without use a series goes.
    pub(super) idle_nanos: Option<u64>,
    pub(super) exemplars: bool,
    pub(super) read: Option<Path>,
    pub(super) derived: Option<Derived>,
    pub(super) alerts: Vec<Alert>,
    /// What it says of its use by others.
    pub(super) hints: Hints,
    pub(super) checks: Vec<KindCheck>,
}

/// When somebody is to be told.
pub(super) struct Alert {
    /// That of its expression.
    pub(super) span: Span,
    pub(super) name: String,
    /// There is one where nothing was wrong.
    pub(super) expr: Option<promql::Expr>,
    pub(super) hold_millis: u64,
    pub(super) severity: String,
    pub(super) summary: String,
    pub(super) description: String,
    pub(super) runbook: String,
    /// What it fires at, and at what it does not.
    pub(super) example: Option<(String, String)>,
    pub(super) checks: Vec<AlertCheck>,
}

/// What the compiler is to check beside the expression, which it walks through by itself.
pub(super) struct AlertCheck {
    pub(super) span: Span,
    pub(super) rule: AlertRule,
}

pub(super) enum AlertRule {
    /// The metric may have this label.
    Label(String),
    /// This is one of its bucket bounds.
    Bound(f64),
}

/// A value that is computed of other fields.
pub(super) struct Derived {
    pub(super) form: Form,
    /// The fields, each once.
    pub(super) sources: Vec<Ident>,
    /// Without one, it is computed of totals.
    pub(super) window_nanos: Option<u64>,
}

pub(super) enum Form {
    Rate {
        per_seconds: f64,
    },
    Ratio {
        numerator: Linear,
        denominator: Linear,
    },
    Quantile {
        q: f64,
    },
}

/// A number, and how many times each of the sources.
pub(super) struct Linear {
    pub(super) constant: f64,
    pub(super) times: Vec<f64>,
}

/// What can be said of a metric only by who knows its type: the compiler, in a constant.
pub(super) struct KindCheck {
    /// The type of another field, if it is not about the metric's own.
    pub(super) of: Option<Type>,
    pub(super) span: Span,
    pub(super) rule: KindRule,
    pub(super) message: LitStr,
}

pub(super) enum KindRule {
    /// It must be of this kind, a variant of `Kind`.
    Must(&'static str),
    /// It must not.
    MustNot(&'static [&'static str]),
    /// This constant of its type must say that the type knows the key.
    Knows(&'static str),
}
