//! What the compiler is to check in constants, because it hangs on types: kinds of fields, and the tree of sets.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::ext::IdentExt as _;

use super::alert;
use super::expand::{metrics, nested};
use super::model::{ConstantLabel, KindCheck, KindRule, Set};

/// One constant expression for each check that hangs on a field's type.
pub(super) fn checks(set: &Set) -> Vec<TokenStream> {
    let mut checks = tree_checks(set);
    checks.extend(alert::expand::checks(set));
    for (field, metric) in metrics(set) {
        for KindCheck {
            of,
            span,
            rule,
            message,
        } in &metric.checks
        {
            let ty = of.as_ref().unwrap_or(&field.ty);
            let private = set.krate.private_at(*span);
            let kind = |kind: &&str| {
                let kind = Ident::new(kind, *span);
                quote_spanned!(*span=> #private::Kind::#kind)
            };
            let field = quote_spanned!(*span=> <#ty as #private::MetricField>);
            checks.push(match rule {
                KindRule::Must(required) => {
                    let required = kind(required);
                    quote_spanned!(*span=> #private::require_kind(#field::KIND, #required, #message))
                }
                KindRule::MustNot(refused) => {
                    let refused = refused.iter().map(kind);
                    quote_spanned!(*span=> #private::refuse_kinds(#field::KIND, &[#(#refused),*], #message))
                }
                KindRule::Knows(constant) => {
                    let constant = Ident::new(constant, *span);
                    quote_spanned!(*span=> #private::require(#field::#constant, #message))
                }
            });
        }
    }
    checks
}

/// What hangs on the whole tree of sets: whether each nested set and each constant label has its place in it.
fn tree_checks(set: &Set) -> Vec<TokenStream> {
    let this = if set.generics.params.is_empty() {
        set.ident.to_token_stream()
    } else {
        quote!(Self)
    };
    let nested = nested(set).enumerate().map(|(index, (field, _))| {
        let span = field.ident.span();
        let (private, name) = (set.krate.private_at(span), field.ident.unraw().to_string());
        quote_spanned! {span=>
            #private::check_nested_set(
                &<#this as #private::MetricSet>::SET,
                &<#this as #private::TreeNames>::NAMES,
                #index,
                #name,
            )
        }
    });
    let labels = set.labels.iter().map(|label| {
        let ConstantLabel { name, span, .. } = label;
        let private = set.krate.private_at(*span);
        quote_spanned! {*span=>
            #private::check_constant_label(&<#this as #private::MetricSet>::SET, #name)
        }
    });
    nested.chain(labels).collect()
}
