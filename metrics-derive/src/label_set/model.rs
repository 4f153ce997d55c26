//! A label set that is right: what validation hands to expansion.

use proc_macro2::Ident;
use syn::{Lifetime, Type};

use crate::krate::Krate;

pub(super) struct Set {
    pub(super) krate: Krate,
    pub(super) ident: Ident,
    /// The lifetime of what it borrows.
    pub(super) lifetime: Option<Lifetime>,
    /// The most combinations of finite values.
    pub(super) max_series: usize,
    pub(super) labels: Vec<Label>,
}

/// A field: a label, or a set of them.
pub(super) struct Label {
    pub(super) field: Ident,
    pub(super) ty: Type,
    /// A name for the type of a nested set, if that is longer than a name.
    pub(super) alias: Option<Ident>,
    pub(super) name: String,
    pub(super) values: Values,
}

pub(super) enum Values {
    Finite,
    Open(Open),
    /// Those of the set that the field holds; the field's own name is none of a label.
    Nested,
}

pub(super) struct Open {
    /// The most that are kept apart.
    pub(super) max: usize,
    /// The value in the overflow series, if it is not the usual one.
    pub(super) overflow: Option<String>,
    /// Whether the text is that of a `Display`.
    pub(super) display: bool,
}
