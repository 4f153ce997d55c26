//! Collects every mistake of an item, so that all of them are shown at once.
//! Reading and validating write into it; expansion starts only where it stayed empty.

use proc_macro2::TokenStream;
use quote::ToTokens;

/// The mistakes found so far.
#[derive(Default)]
#[must_use = "a report that is not finished hides mistakes"]
pub(crate) struct Report {
    mistakes: Option<syn::Error>,
}

impl Report {
    /// A mistake in `written`, which is underlined as a whole.
    pub(crate) fn mistake(&mut self, written: impl ToTokens, message: impl std::fmt::Display) {
        self.add(syn::Error::new_spanned(written, message));
    }

    /// A mistake that has its span already.
    pub(crate) fn add(&mut self, mistake: syn::Error) {
        match &mut self.mistakes {
            Some(mistakes) => mistakes.combine(mistake),
            None => self.mistakes = Some(mistake),
        }
    }

    /// What the compiler is to say, if there is anything to say.
    pub(crate) fn finish(self) -> Result<(), TokenStream> {
        match self.mistakes {
            Some(mistakes) => Err(mistakes.into_compile_error()),
            None => Ok(()),
        }
    }
}
