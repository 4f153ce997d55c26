//! What the attribute needs to know of a function's arguments: their names, and which of them are borrowed.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::visit::Visit;
use syn::{Expr, FnArg, Pat, PatIdent, ReceiverKind, Signature, Type};

/// The first word of `written`, as `self` in `self.metrics.field`.
pub(super) fn first_word(written: &Expr) -> Option<String> {
    match written.to_token_stream().into_iter().next()? {
        TokenTree::Ident(ident) => Some(ident.to_string()),
        _ => None,
    }
}

/// Whether an argument is called `name`.
pub(super) fn has_argument(signature: &Signature, name: &str) -> bool {
    if name == "self" {
        return signature.receiver().is_some();
    }
    let mut typed = signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(typed) => Some(&*typed.pat),
        FnArg::Receiver(_) => None,
    });
    typed.any(|pat| mentions(pat.to_token_stream(), name))
}

/// Whether the argument `name` is a shared reference: what is behind it stays where it is while the body runs.
pub(super) fn is_borrowed(signature: &Signature, name: &str) -> bool {
    if name == "self" {
        let kind = signature.receiver().map(|receiver| &receiver.kind);
        return matches!(kind, Some(ReceiverKind::Reference(_, _, None)));
    }
    signature.inputs.iter().any(|input| match input {
        FnArg::Typed(typed) => match (&*typed.pat, &*typed.ty) {
            (Pat::Ident(pat), Type::Reference(ty)) => pat.ident == name && ty.mutability.is_none(),
            _ => false,
        },
        FnArg::Receiver(_) => false,
    })
}

/// What the arguments that are no plain references are called, in their order.
pub(super) fn owned(signature: &Signature) -> Vec<Ident> {
    let mut names = Names(Vec::new());
    for input in &signature.inputs {
        match input {
            FnArg::Typed(typed) if !matches!(*typed.ty, Type::Reference(_)) => {
                names.visit_pat(&typed.pat);
            }
            FnArg::Receiver(receiver) if matches!(receiver.kind, ReceiverKind::Value) => {
                names.0.push(Ident::new("self", receiver.self_token.span));
            }
            FnArg::Typed(_) | FnArg::Receiver(_) => {}
        }
    }
    names.0
}

struct Names(Vec<Ident>);

impl Visit<'_> for Names {
    fn visit_pat_ident(&mut self, pat: &PatIdent) {
        self.0.push(pat.ident.clone());
    }
}

pub(super) fn mentions(tokens: TokenStream, name: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == name,
        TokenTree::Group(group) => mentions(group.stream(), name),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}
