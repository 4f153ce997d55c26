//! A label that is right: what validation hands to expansion.

use proc_macro2::Ident;
use syn::Generics;

use crate::krate::Krate;

pub(super) struct Label {
    pub(super) krate: Krate,
    pub(super) ident: Ident,
    pub(super) generics: Generics,
    pub(super) variants: Vec<Variant>,
}

pub(super) struct Variant {
    pub(super) ident: Ident,
    /// The label value.
    pub(super) value: String,
}
