//! A timed function that is right: what validation hands to expansion.

use proc_macro2::{Group, Ident};
use syn::{Attribute, Expr, Path, Signature, Visibility};

use crate::krate::Krate;

pub(super) struct Timed {
    pub(super) krate: Krate,
    pub(super) function: Function,
    pub(super) recorder: Recorder,
    pub(super) in_flight: Option<Target>,
}

/// A function whose body nobody has read: it may be half-written while an editor asks.
pub(super) struct Function {
    pub(super) attrs: Vec<Attribute>,
    pub(super) vis: Visibility,
    pub(super) signature: Signature,
    pub(super) body: Group,
}

pub(super) enum Recorder {
    /// The families of all timed functions.
    Function,
    /// A histogram, with values for its labels.
    Histogram(Target, Vec<LabelValue>),
}

/// A metric that the attribute names.
pub(super) enum Target {
    /// `Set::field`: the field of the global instance.
    Global { set: Path, field: Ident },
    /// `self.metrics.field`, or a field of an argument.
    Expression(Expr),
}

pub(super) struct LabelValue {
    pub(super) label: Ident,
    pub(super) value: Expr,
}
