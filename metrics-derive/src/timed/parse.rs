//! Reads what stands in `#[timed(…)]` and `#[counted(…)]`; says what cannot be read.
//! The function below it is read by `function`.

use proc_macro2::{Ident, Span, TokenStream};
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::spanned::Spanned as _;
use syn::{Expr, LitStr, Token, parse_quote};

use super::keys::Attribute;
use super::model::{LabelValue, StreamMode};
use super::slo::{self, Slo};
use crate::attr::{Entry, Key, Reader, listed, separated};
use crate::krate::Krate;
use crate::report::Report;

/// A key and what it was given.
#[derive(Clone)]
pub(super) struct Given<T> {
    pub(super) key: Ident,
    pub(super) value: T,
}

#[derive(Clone)]
pub(super) struct Arguments {
    pub(super) attribute: Attribute,
    pub(super) krate: Krate,
    pub(super) histogram: Option<Expr>,
    pub(super) counter: Option<Expr>,
    pub(super) errors: Option<Expr>,
    pub(super) in_flight: Option<Expr>,
    pub(super) labels: Option<Given<Vec<LabelValue>>>,
    pub(super) name: Option<Given<LitStr>>,
    pub(super) buckets: Option<Given<Expr>>,
    pub(super) ok_if: Option<Given<Expr>>,
    pub(super) error_if: Option<Given<Expr>>,
    pub(super) result: Option<Ident>,
    pub(super) error_label: Option<Given<Expr>>,
    pub(super) stream: Option<Given<StreamMode>>,
    pub(super) poll_time: Option<Given<Option<Expr>>>,
    pub(super) slow: Option<LitStr>,
    pub(super) slo: Option<Slo>,
    pub(super) skip: Option<Span>,
}

impl Arguments {
    fn new(attribute: Attribute) -> Self {
        Self {
            attribute,
            krate: Krate::default(),
            histogram: None,
            counter: None,
            errors: None,
            in_flight: None,
            labels: None,
            name: None,
            buckets: None,
            ok_if: None,
            error_if: None,
            result: None,
            error_label: None,
            stream: None,
            poll_time: None,
            slow: None,
            slo: None,
            skip: None,
        }
    }

    /// What is named without a key.
    fn first(&mut self) -> &mut Option<Expr> {
        match self.attribute {
            Attribute::Timed => &mut self.histogram,
            Attribute::Counted => &mut self.counter,
        }
    }
}

pub(super) fn parse(
    attribute: Attribute,
    arguments: TokenStream,
    report: &mut Report,
) -> Arguments {
    let mut parsed = Arguments::new(attribute);
    let mut keys = Reader::new(attribute.name(), attribute.keys());
    let read = |input: ParseStream<'_>| {
        separated(input, report, |input, report| {
            if is_key(input, attribute.keys()) {
                return keys.entry(input, report, |entry, input, report| {
                    value(entry, input, &mut parsed, report)
                });
            }
            let written = target(input, attribute, &keys)?;
            set_once(parsed.first(), written, attribute.kind())
        });
        Ok(())
    };
    // everything was read, whatever it was
    if let Err(mistake) = read.parse2(arguments) {
        report.add(mistake);
    }
    parsed
}

/// Whether the next argument is `key`, `key = value` or `key(…)`, with a key that is known or looks as if it were
/// meant to be.
fn is_key(input: ParseStream<'_>, keys: &[Key]) -> bool {
    let Ok(ident) = input.fork().call(Ident::parse_any) else {
        return false;
    };
    let known = keys.iter().any(|key| ident == key.name);
    let assigned = input.peek2(Token![=]) && !input.peek2(Token![==]);
    let called = input.peek2(syn::token::Paren) && {
        let rest = input.fork();
        let _ = rest.call(Ident::parse_any);
        let _ = rest.parse::<proc_macro2::TokenTree>();
        rest.is_empty() || rest.peek(Token![,])
    };
    let alone = !input.peek2(Token![::]) && !input.peek2(Token![.]);
    assigned || called || known && alone
}

fn target(input: ParseStream<'_>, attribute: Attribute, keys: &Reader) -> syn::Result<Expr> {
    let at = input.span();
    let written: Expr = input.parse().map_err(|_| {
        let (kind, known) = (attribute.kind(), keys.known());
        let message = format_args!(
            "this is neither a {kind}, as in `Set::field`, nor a key; known are {known}"
        );
        syn::Error::new(at, message)
    })?;
    if input.is_empty() || input.peek(Token![,]) {
        Ok(written)
    } else {
        Err(input.error("a `,` is missing before this"))
    }
}

fn set_once(place: &mut Option<Expr>, written: Expr, kind: &str) -> syn::Result<()> {
    if place.is_some() {
        let message = format_args!("a {kind} is named already; leave one of them out");
        return Err(syn::Error::new_spanned(written, message));
    }
    *place = Some(written);
    Ok(())
}

fn value(
    entry: &Entry,
    input: ParseStream<'_>,
    parsed: &mut Arguments,
    report: &mut Report,
) -> syn::Result<()> {
    let key = Ident::new(entry.key, entry.span);
    let expression = |input| {
        let value = entry.expression(input)?;
        Ok::<_, syn::Error>(Some(Given {
            key: key.clone(),
            value,
        }))
    };
    match entry.key {
        "histogram" => set_once(&mut parsed.histogram, entry.expression(input)?, "histogram")?,
        "counter" => set_once(&mut parsed.counter, entry.expression(input)?, "counter")?,
        "errors" => parsed.errors = Some(entry.expression(input)?),
        "in_flight" => parsed.in_flight = Some(entry.expression(input)?),
        "labels" => {
            let mut value = Vec::new();
            separated(&entry.list(input)?, report, |input, _| {
                value.push(label(input)?);
                Ok(())
            });
            parsed.labels = Some(Given { key, value });
        }
        "name" => {
            let value = entry.text(input)?;
            parsed.name = Some(Given { key, value });
        }
        "buckets" => parsed.buckets = expression(input)?,
        "ok_if" => parsed.ok_if = expression(input)?,
        "error_if" => parsed.error_if = expression(input)?,
        "result" => parsed.result = Some(key),
        "error_label" => parsed.error_label = expression(input)?,
        "stream" => {
            let mode = stream_mode(entry, input);
            // a wrong one is there all the same
            let value = *mode.as_ref().unwrap_or(&StreamMode::Lifetime);
            parsed.stream = Some(Given { key, value });
            mode?;
        }
        "poll_time" => {
            let target = input.peek(Token![=]).then(|| entry.expression(input));
            let value = target.transpose()?;
            if let Some(Expr::Lit(literal)) = &value {
                return Err(entry.malformed_at(literal.span()));
            }
            parsed.poll_time = Some(Given { key, value });
        }
        "slow" => parsed.slow = Some(entry.text(input)?),
        "slo" => parsed.slo = Some(slo::read(entry, input, report)?),
        "skip" => parsed.skip = Some(entry.span),
        _ => parsed.krate = Krate::at(entry.path(input)?),
    }
    Ok(())
}

const MODES: [(&str, StreamMode); 3] = [
    ("first_item", StreamMode::FirstItem),
    ("each_item", StreamMode::EachItem),
    ("lifetime", StreamMode::Lifetime),
];

fn stream_mode(entry: &Entry, input: ParseStream<'_>) -> syn::Result<StreamMode> {
    let path = entry.path(input)?;
    let found = path.get_ident();
    let mode = MODES
        .iter()
        .find(|(name, _)| found.is_some_and(|found| found == name));
    mode.map(|(_, mode)| *mode).ok_or_else(|| {
        let known = listed(MODES.iter().map(|(name, _)| *name));
        syn::Error::new_spanned(
            &path,
            format_args!("this is no end of a stream's call; known are {known}"),
        )
    })
}

/// `name = value`, or `name` for `name = name`.
fn label(input: ParseStream<'_>) -> syn::Result<LabelValue> {
    let wrong =
        "labels are written `labels(name = value)`, or `labels(name)` for an argument of that name";
    let label = input
        .call(Ident::parse_any)
        .map_err(|_| input.error(wrong))?;
    // a field called by a keyword is written with `r#`, its label is not
    let label = match syn::parse_str::<Ident>(&label.to_string()) {
        Ok(_) => label,
        Err(_)
            if ["self", "Self", "super", "crate", "_"]
                .iter()
                .any(|word| label == word) =>
        {
            return Err(syn::Error::new(label.span(), wrong));
        }
        Err(_) => Ident::new_raw(&label.to_string(), label.span()),
    };
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
