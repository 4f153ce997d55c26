//! The macros of `metrics-core`, which re-exports them: use them from there.

mod attr;
mod case;
mod docs;
mod krate;
mod label;
mod label_set;
mod metric_set;
mod name;
mod report;
mod source;
mod timed;
mod unit;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Makes a struct a set of metrics.
#[proc_macro_derive(MetricSet, attributes(metrics, metric))]
pub fn derive_metric_set(input: TokenStream) -> TokenStream {
    metric_set::derive(&parse_macro_input!(input as DeriveInput)).into()
}

/// Makes an enum a label.
#[proc_macro_derive(Label, attributes(label))]
pub fn derive_label(input: TokenStream) -> TokenStream {
    label::derive(&parse_macro_input!(input as DeriveInput)).into()
}

/// Makes a struct a set of labels.
#[proc_macro_derive(LabelSet, attributes(labels, label))]
pub fn derive_label_set(input: TokenStream) -> TokenStream {
    label_set::derive(&parse_macro_input!(input as DeriveInput)).into()
}

/// Times the calls of a function.
#[proc_macro_attribute]
pub fn timed(arguments: TokenStream, item: TokenStream) -> TokenStream {
    timed::timed(arguments.into(), item.into()).into()
}
