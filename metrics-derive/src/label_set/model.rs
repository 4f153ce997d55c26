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

pub(super) struct Label {
    pub(super) field: Ident,
    pub(super) ty: Type,
    pub(super) name: String,
    pub(super) values: Values,
}

pub(super) enum Values {
    Finite,
    /// Any, with the most that are kept apart.
    Open(usize),
}
