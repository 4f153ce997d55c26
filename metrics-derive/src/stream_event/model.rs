//! An event that is right: what validation hands to expansion.

use proc_macro2::Ident;
use syn::Generics;

use crate::krate::Krate;

pub(super) struct Event {
    pub(super) krate: Krate,
    pub(super) ident: Ident,
    pub(super) generics: Generics,
    /// The name of its type.
    pub(super) name: String,
}
