//! The path to the core crate: `::metrics_core`, or what `crate = path` says.
//! Every expansion names what it needs through it.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Path;

/// Where the core crate is.
#[derive(Clone, Default)]
pub(crate) struct Krate(Option<Path>);

impl Krate {
    /// The crate at `path`, for those who renamed or re-exported it.
    pub(crate) fn at(path: Path) -> Self {
        Self(Some(path))
    }

    /// The module of what expanded code may name.
    pub(crate) fn private(&self) -> TokenStream {
        match &self.0 {
            Some(path) => quote!(#path::__private),
            None => quote!(::metrics_core::__private),
        }
    }
}
