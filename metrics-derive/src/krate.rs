//! The path to the core crate: `::metrics_core`, or what `crate = path` says.
//! Every expansion names what it needs through it.

use proc_macro2::{Span, TokenStream};
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

    /// This one if it was said, else `other`.
    pub(crate) fn or(self, other: &Self) -> Self {
        Self(self.0.or_else(|| other.0.clone()))
    }

    /// The module of what expanded code may name.
    pub(crate) fn private(&self) -> TokenStream {
        match &self.0 {
            Some(path) => quote!(#path::__private),
            None => quote!(::metrics_core::__private),
        }
    }

    /// The same, as if it were written at `span`: an error in a path shows the whole of it, and where parts of
    /// it come from the expansion, it shows the attribute instead.
    pub(crate) fn private_at(&self, span: Span) -> TokenStream {
        let tokens = self.private().into_iter();
        tokens
            .map(|mut token| {
                token.set_span(span);
                token
            })
            .collect()
    }
}
