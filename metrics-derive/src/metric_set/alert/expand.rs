//! Alerts as constants, and what the compiler is to check of them. The tree of an expression stands there once: it is walked
//! through by `metrics_core`, in a constant.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;

use crate::metric_set::expand::metrics;
use crate::metric_set::model::{Alert, AlertCheck, AlertRule, Field, Role, Set};
use crate::source::line;

/// A list for each field that has alerts.
pub(in crate::metric_set) fn constants(set: &Set, private: &TokenStream) -> TokenStream {
    let with_alerts = metrics(set).filter(|(_, metric)| !metric.alerts.is_empty());
    let constants = with_alerts.map(|(field, metric)| {
        let name = constant_name(field);
        let alerts = metric.alerts.iter().map(|alert| constant(alert, private));
        quote! {
            const #name: &'static [#private::Alert] = &[#(#alerts),*];
        }
    });
    constants.collect()
}

pub(in crate::metric_set) fn constant_name(field: &Field) -> Ident {
    format_ident!(
        "__ALERTS_OF_{}",
        field.ident.unraw().to_string().to_uppercase()
    )
}

fn constant(alert: &Alert, private: &TokenStream) -> TokenStream {
    let Alert {
        span,
        name,
        expr,
        hold_millis,
        severity,
        summary,
        description,
        runbook,
        example,
        checks: _,
    } = alert;
    let expr = expr.as_ref().map(|expr| expr.constant(private));
    let line = line(*span);
    let example = match example {
        None => quote!(::core::option::Option::None),
        Some((fires, silent)) => quote! {
            ::core::option::Option::Some(#private::AlertExample { fires: #fires, silent: #silent })
        },
    };
    quote! {
        #private::Alert {
            name: #name,
            expr: #expr,
            hold: ::core::time::Duration::from_millis(#hold_millis),
            severity: #severity,
            summary: #summary,
            description: #description,
            runbook: #runbook,
            example: #example,
            source: __SOURCE.at(#line),
        }
    }
}

/// One constant expression for each alert, and for each of its further checks.
pub(in crate::metric_set) fn checks(set: &Set) -> Vec<TokenStream> {
    let this = if set.generics.params.is_empty() {
        set.ident.to_token_stream()
    } else {
        quote!(Self)
    };
    let mut checks = Vec::new();
    for (field, metric) in metrics(set) {
        let Role::Metric(place, _) = field.role else {
            continue;
        };
        for (index, alert) in metric.alerts.iter().enumerate() {
            let family = |span| {
                let private = set.krate.private_at(span);
                quote_spanned!(span=> &<#this as #private::MetricSet>::SET.families[#place])
            };
            let (private, own) = (set.krate.private_at(alert.span), family(alert.span));
            checks.push(quote_spanned!(alert.span=> #private::check_alert(#own, #index)));
            for AlertCheck { span, rule } in &alert.checks {
                let (private, own) = (set.krate.private_at(*span), family(*span));
                checks.push(match rule {
                    AlertRule::Label(label) => {
                        quote_spanned!(*span=> #private::check_alert_label(#own, #label))
                    }
                    AlertRule::Bound(bound) => {
                        quote_spanned!(*span=> #private::check_alert_bound(#own, #bound))
                    }
                });
            }
        }
    }
    checks
}
