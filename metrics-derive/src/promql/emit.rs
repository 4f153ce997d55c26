//! The tree as a constant of `metrics_core::promql`.

use proc_macro2::TokenStream;
use quote::quote;

use super::tree::{Expr, Matcher, MetricName, Node, Selector, Span};

impl Expr {
    /// The constant; `private` is where its types are.
    pub(crate) fn constant(&self, private: &TokenStream) -> TokenStream {
        let boxed = |of: &Self| {
            let of = of.constant(private);
            quote!(&#of)
        };
        let promql = quote!(#private::Promql);
        match &self.node {
            Node::Number(number) => quote!(#promql::Number(#number)),
            Node::Text(text) => quote!(#promql::Text(#text)),
            Node::Selector(selector) => {
                let selector = selector.constant(private);
                quote!(#promql::Selector(#selector))
            }
            Node::Call {
                function,
                arguments,
            } => {
                let function = function.name;
                let arguments = arguments.iter().map(|argument| argument.constant(private));
                quote!(#promql::Call { function: #function, arguments: &[#(#arguments),*] })
            }
            Node::Aggregation {
                operator,
                grouping,
                parameter,
                of,
            } => {
                let grouping = option(grouping.as_ref(), |grouping| {
                    let (without, labels) = (grouping.without, &grouping.labels);
                    quote!(#private::Grouping { without: #without, labels: &[#(#labels),*] })
                });
                let parameter = option(parameter.as_ref(), |of| boxed(of));
                let of = boxed(of);
                quote! {
                    #promql::Aggregation {
                        operator: #operator, grouping: #grouping, parameter: #parameter, of: #of,
                    }
                }
            }
            Node::Binary {
                operator,
                bool,
                matching,
                left,
                right,
            } => {
                let matching = option(matching.as_ref(), |matching| {
                    let (ignoring, labels) = (matching.ignoring, &matching.labels);
                    let group = option(
                        matching.group.as_ref(),
                        |(side, labels)| quote!((#side, &[#(#labels),*])),
                    );
                    quote! {
                        #private::Matching { ignoring: #ignoring, labels: &[#(#labels),*], group: #group }
                    }
                });
                let (left, right) = (boxed(left), boxed(right));
                quote! {
                    #promql::Binary {
                        operator: #operator, bool: #bool, matching: #matching, left: #left, right: #right,
                    }
                }
            }
            Node::Negative(of) => {
                let of = boxed(of);
                quote!(#promql::Negative(#of))
            }
            Node::Group(of) => {
                let of = boxed(of);
                quote!(#promql::Group(#of))
            }
        }
    }
}

impl Selector {
    fn constant(&self, private: &TokenStream) -> TokenStream {
        let metric = match &self.metric {
            MetricName::Own(suffix) => quote!(Own(#suffix)),
            MetricName::Named(name) => quote!(Named(#name)),
        };
        let matchers = self.matchers.iter().map(|matcher| {
            let Matcher {
                label,
                operator,
                value,
                ..
            } = matcher;
            quote!(#private::Matcher { label: #label, operator: #operator, value: #value })
        });
        let span =
            |Span { text, millis }: &Span| quote!(#private::Span { text: #text, millis: #millis });
        let range = option(self.range.as_ref(), span);
        let offset = option(self.offset.as_ref(), span);
        quote! {
            #private::Selector {
                metric: #private::MetricName::#metric, matchers: &[#(#matchers),*], range: #range, offset: #offset,
            }
        }
    }
}

fn option<T>(value: Option<&T>, shown: impl Fn(&T) -> TokenStream) -> TokenStream {
    match value {
        Some(value) => {
            let value = shown(value);
            quote!(::core::option::Option::Some(#value))
        }
        None => quote!(::core::option::Option::None),
    }
}
