//! Reads what stands in `#[timed(…)]`; says what cannot be read.
//! The function below it is read by `function`.

use proc_macro2::{Ident, TokenStream};
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::{Expr, ExprPath, Path, PathArguments, Token, parse_quote};

use super::model::{LabelValue, Target};
use crate::attr::{CRATE, Entry, Key, Reader, separated};
use crate::krate::Krate;
use crate::report::Report;

const KEYS: &[Key] = &[
    Key {
        name: "labels",
        form: "labels(name = value)",
    },
    Key {
        name: "in_flight",
        form: "in_flight = Set::gauge",
    },
    CRATE,
];

#[derive(Default)]
pub(super) struct Arguments {
    pub(super) krate: Krate,
    pub(super) target: Option<Target>,
    /// The key `labels`, and what it gives.
    pub(super) labels: Option<(Ident, Vec<LabelValue>)>,
    pub(super) in_flight: Option<Target>,
}

pub(super) fn parse(arguments: TokenStream, report: &mut Report) -> Arguments {
    let mut parsed = Arguments::default();
    let mut keys = Reader::new("timed", KEYS);
    let read = |input: ParseStream<'_>| {
        separated(input, report, |input, report| {
            if !is_target(input) {
                return keys.entry(input, report, |entry, input, report| {
                    value(entry, input, &mut parsed, report)
                });
            }
            let at = input.span();
            let written: Expr = input.parse().map_err(|_| {
                let known = keys.known();
                let message = format_args!(
                    "this is neither a histogram, as in `Set::field`, nor a key; known are {known}"
                );
                syn::Error::new(at, message)
            })?;
            if parsed.target.is_some() {
                let message = "a call is timed by one histogram; leave one of them out";
                return Err(syn::Error::new_spanned(written, message));
            }
            parsed.target = Some(target(written, "histogram")?);
            if input.is_empty() || input.peek(Token![,]) {
                Ok(())
            } else {
                Err(input.error("a `,` is missing before this"))
            }
        });
        Ok(())
    };
    // everything was read, whatever it was
    if let Err(mistake) = read.parse2(arguments) {
        report.add(mistake);
    }
    parsed
}

/// Whether the next argument is the histogram, and not `key = value`, `key(…)` or a forgotten value.
fn is_target(input: ParseStream<'_>) -> bool {
    if !input.peek(Ident::peek_any) {
        return true;
    }
    if input.peek2(syn::token::Paren) || input.peek2(Token![=]) {
        return false;
    }
    let known = |ident: Ident| KEYS.iter().any(|key| ident == key.name);
    let alone = !input.peek2(Token![::]) && !input.peek2(Token![.]);
    !(alone && input.fork().call(Ident::parse_any).is_ok_and(known))
}

fn value(
    entry: &Entry,
    input: ParseStream<'_>,
    parsed: &mut Arguments,
    report: &mut Report,
) -> syn::Result<()> {
    match entry.key {
        "labels" => {
            let mut values = Vec::new();
            separated(&entry.list(input)?, report, |input, _| {
                values.push(label(input)?);
                Ok(())
            });
            parsed.labels = Some((Ident::new("labels", entry.span), values));
        }
        "in_flight" => parsed.in_flight = Some(target(entry.expression(input)?, "gauge")?),
        _ => parsed.krate = Krate::at(entry.path(input)?),
    }
    Ok(())
}

/// `name = value`, or `name` for `name = name`.
fn label(input: ParseStream<'_>) -> syn::Result<LabelValue> {
    let wrong =
        "labels are written `labels(name = value)`, or `labels(name)` for an argument of that name";
    let label: Ident = input.parse().map_err(|_| input.error(wrong))?;
    let value = if input.parse::<Option<Token![=]>>()?.is_some() {
        if input.is_empty() || input.peek(Token![,]) {
            return Err(syn::Error::new(
                label.span(),
                format_args!("`{label}` has no value; write `{label} = value`"),
            ));
        }
        input.parse()?
    } else {
        parse_quote!(#label)
    };
    if input.is_empty() || input.peek(Token![,]) {
        Ok(LabelValue { label, value })
    } else {
        Err(input.error(wrong))
    }
}

/// What a metric of the `kind` is named by.
fn target(written: Expr, kind: &str) -> syn::Result<Target> {
    match written {
        Expr::Path(path) => field_of_set(path, kind),
        Expr::Field(_) | Expr::MethodCall(_) => Ok(Target::Expression(written)),
        other => Err(syn::Error::new_spanned(
            other,
            format_args!("a {kind} is named by its set: `Set::field`, or `self.set.field`"),
        )),
    }
}

fn field_of_set(written: ExprPath, kind: &str) -> syn::Result<Target> {
    let shown = written.clone();
    let mut path = written.path;
    let last = path.segments.pop();
    let (Some(last), None, false) = (last, written.qself, path.segments.is_empty()) else {
        let name = quote::ToTokens::to_token_stream(&shown);
        return Err(syn::Error::new_spanned(
            &shown,
            format_args!("name the set that the {kind} is in: `Set::{name}`"),
        ));
    };
    if !matches!(last.arguments, PathArguments::None) {
        return Err(syn::Error::new_spanned(
            last.arguments,
            format_args!("a {kind} is named by its set: `Set::field`"),
        ));
    }
    // the last `::` stays behind
    let segments = path.segments.into_iter().collect();
    let set = Path {
        leading_colon: path.leading_colon,
        segments,
    };
    let field = last.ident;
    Ok(Target::Global { set, field })
}
