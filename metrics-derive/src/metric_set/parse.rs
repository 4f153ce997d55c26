//! Reads the struct and its attributes as they are written; says what cannot be read.
//! What is read but wrong is for `validate`.

use proc_macro2::{Ident, Span};
use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{
    Attribute, Data, DeriveInput, Expr, Fields, Generics, LitBool, LitStr, Path, Token, Type,
    Visibility,
};

use super::alert::parse::{self as alert, ALERT, ParsedAlert};
use super::derived::Written;
use super::formula::RATIO;
use super::hint::{self, HPA, Hints, PANELS};
use super::lint::{self, Lint};
use crate::attr::{CRATE, Entry, Key, Reader, separated};
use crate::docs::{help, unread};
use crate::krate::Krate;
use crate::native::{self, Native};
use crate::report::Report;

const SET_KEYS: &[Key] = &[
    Key {
        name: "prefix",
        form: "prefix = \"chatbox\"",
    },
    Key {
        name: "labels",
        form: "labels(service = \"cart\", zone = A_CONSTANT)",
    },
    Key {
        name: "register",
        form: "register = false",
    },
    CRATE,
];

const FIELD_KEYS: &[Key] = &[
    Key {
        name: "name",
        form: "name = \"whole_family_name\"",
    },
    Key {
        name: "unit",
        form: "unit = \"seconds\"",
    },
    Key {
        name: "buckets",
        form: "buckets = [0.1, 1.0]`, `buckets = linear(0.1, 0.1, 10)`, `buckets = exponential(0.01, 2.0, 12)` or `buckets = A_CONSTANT",
    },
    Key {
        name: "native",
        form: "native` or `native(factor = 1.1, max_buckets = 160)",
    },
    Key {
        name: "idle",
        form: "idle = \"10m\"",
    },
    Key {
        name: "exemplars",
        form: "exemplars",
    },
    Key {
        name: "read",
        form: "read = path::of::a_function",
    },
    Key {
        name: "rate_of",
        form: "rate_of = hits",
    },
    Key {
        name: "per",
        form: "per = \"minute\"",
    },
    Key {
        name: "ratio",
        form: RATIO,
    },
    Key {
        name: "quantile_of",
        form: "quantile_of = latency",
    },
    Key {
        name: "q",
        form: "q = 0.99",
    },
    Key {
        name: "window",
        form: "window = \"60s\"",
    },
    HPA,
    PANELS,
    ALERT,
    Key {
        name: "flatten",
        form: "flatten",
    },
    Key {
        name: "prefix",
        form: "prefix = \"db\"",
    },
    Key {
        name: "skip",
        form: "skip",
    },
    Key {
        name: "allow",
        form: "allow(gauge_total)",
    },
];

pub(super) struct Parsed {
    pub(super) krate: Krate,
    pub(super) ident: Ident,
    pub(super) vis: Visibility,
    pub(super) generics: Generics,
    pub(super) help: String,
    pub(super) prefix: Option<LitStr>,
    pub(super) labels: Vec<ParsedLabel>,
    pub(super) register: Option<LitBool>,
    pub(super) fields: Vec<ParsedField>,
}

/// `name = value` in `labels(…)`.
pub(super) struct ParsedLabel {
    pub(super) name: Ident,
    pub(super) value: Expr,
}

pub(super) struct ParsedField {
    pub(super) ident: Ident,
    pub(super) ty: Type,
    pub(super) help: String,
    /// A doc comment that cannot be read.
    pub(super) unread_help: Option<Expr>,
    pub(super) name: Option<LitStr>,
    pub(super) unit: Option<LitStr>,
    pub(super) buckets: Option<Expr>,
    /// Native buckets, and the place of the key.
    pub(super) native: Option<(Native, Span)>,
    pub(super) idle: Option<LitStr>,
    pub(super) exemplars: Option<Span>,
    pub(super) read: Option<Path>,
    pub(super) derived: Written,
    pub(super) alerts: Vec<ParsedAlert>,
    pub(super) hints: Hints,
    pub(super) flatten: Option<Span>,
    pub(super) prefix: Option<LitStr>,
    pub(super) skip: Option<Span>,
    pub(super) allow: Vec<Lint>,
    /// Every key and its place.
    pub(super) keys: Vec<(&'static str, Span)>,
}

pub(super) fn parse(input: &DeriveInput, report: &mut Report) -> Parsed {
    let mut parsed = Parsed {
        krate: Krate::default(),
        ident: input.ident.clone(),
        vis: input.vis.clone(),
        generics: input.generics.clone(),
        help: help(&input.attrs),
        prefix: None,
        labels: Vec::new(),
        register: None,
        fields: Vec::new(),
    };
    let reader = Reader::new("metrics", SET_KEYS);
    reader.read(&input.attrs, report, |entry, input, report| {
        match entry.key {
            "prefix" => parsed.prefix = Some(entry.text(input)?),
            "labels" => constant_labels(entry, input, &mut parsed.labels, report)?,
            "register" => parsed.register = Some(entry.boolean(input)?),
            _ => parsed.krate = Krate::at(entry.path(input)?),
        }
        Ok(())
    });
    misplaced(&input.attrs, report);
    let mut fields = Vec::new();
    for field in named_fields(input, report) {
        if let Some(ident) = &field.ident {
            fields.push(parse_field(ident, &field.ty, &field.attrs, report));
        }
    }
    parsed.fields = fields;
    parsed
}

/// The compiler lets a helper attribute stand anywhere in the item, and then nothing would read it.
fn misplaced(attrs: &[Attribute], report: &mut Report) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("metric")) {
        report.mistake(
            attr.path(),
            "`#[metric(…)]` is for fields; the attribute of the struct is `#[metrics(…)]`",
        );
    }
}

fn named_fields<'a>(
    input: &'a DeriveInput,
    report: &mut Report,
) -> Box<dyn Iterator<Item = &'a syn::Field> + 'a> {
    let ident = &input.ident;
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) if !fields.named.is_empty() => {
                return Box::new(fields.named.iter());
            }
            Fields::Unnamed(fields) => report.mistake(
                fields,
                format_args!(
                    "the fields of a metric set need names, which become those of the metrics: `struct {ident} {{ requests: Counter }}`"
                ),
            ),
            _ => report.mistake(
                ident,
                format_args!(
                    "a metric set needs at least one metric: `struct {ident} {{ requests: Counter }}`"
                ),
            ),
        },
        Data::Enum(data) => report.mistake(
            data.enum_token,
            "a metric set is a struct whose fields are metrics, not an enum",
        ),
        Data::Union(data) => {
            report.mistake(
                data.union_token,
                "a metric set is a struct whose fields are metrics, not a union",
            );
        }
    }
    Box::new(std::iter::empty())
}

fn parse_field(ident: &Ident, ty: &Type, attrs: &[Attribute], report: &mut Report) -> ParsedField {
    let mut field = ParsedField {
        ident: ident.clone(),
        ty: ty.clone(),
        help: help(attrs),
        unread_help: unread(attrs).cloned(),
        name: None,
        unit: None,
        buckets: None,
        native: None,
        idle: None,
        exemplars: None,
        read: None,
        derived: Written::default(),
        alerts: Vec::new(),
        hints: Hints::default(),
        flatten: None,
        prefix: None,
        skip: None,
        allow: Vec::new(),
        keys: Vec::new(),
    };
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("metrics")) {
        report.mistake(
            attr.path(),
            "`#[metrics(…)]` is for the struct; the attribute of a field is `#[metric(…)]`",
        );
    }
    let reader = Reader::new("metric", FIELD_KEYS).repeating("alert");
    reader.read(attrs, report, |entry, input, report| {
        field.keys.push((entry.key, entry.span));
        match entry.key {
            "name" => field.name = Some(entry.text(input)?),
            "unit" => field.unit = Some(entry.text(input)?),
            "buckets" => field.buckets = Some(entry.expression(input)?),
            "native" => {
                let native = native::read(entry, input, report)?;
                field.native = native.map(|native| (native, entry.span));
            }
            "idle" => field.idle = Some(entry.text(input)?),
            "exemplars" => field.exemplars = Some(entry.flag(input)?),
            "read" => field.read = Some(function(entry, input)?),
            "rate_of" => field.derived.rate_of = Some(entry.expression(input)?),
            "per" => field.derived.per = Some(entry.text(input)?),
            "ratio" => field.derived.ratio = Some(entry.expression(input)?),
            "quantile_of" => field.derived.quantile_of = Some(entry.expression(input)?),
            "q" => field.derived.q = Some(entry.expression(input)?),
            "window" => field.derived.window = Some(entry.text(input)?),
            "alert" => alert::read(entry, input, &mut field.alerts, report)?,
            "hpa" => field.hints.scaling = hint::scaling(entry, input, report)?,
            "panels" => field.hints.panels = hint::panels(entry, input, report)?,
            "flatten" => field.flatten = Some(entry.flag(input)?),
            "prefix" => field.prefix = Some(entry.text(input)?),
            "skip" => field.skip = Some(entry.flag(input)?),
            _ => lint::read(entry, input, &mut field.allow, report)?,
        }
        Ok(())
    });
    field
}

/// The path of a function; a call of it is what the compiler, which knows no better, may have told the user to write.
fn function(entry: &Entry, input: ParseStream<'_>) -> syn::Result<Path> {
    let path = entry.path(input)?;
    if input.peek(syn::token::Paren) {
        let shown = path.to_token_stream().to_string().replace(' ', "");
        return Err(syn::Error::new_spanned(
            path,
            format_args!(
                "`read` takes the path of a function without arguments, which is called at every scrape; write `read = {shown}`, or a function that brings the arguments"
            ),
        ));
    }
    Ok(path)
}

fn constant_labels(
    entry: &Entry,
    input: ParseStream<'_>,
    labels: &mut Vec<ParsedLabel>,
    report: &mut Report,
) -> syn::Result<()> {
    let content = entry.list(input)?;
    if content.is_empty() {
        return Err(entry.malformed(input));
    }
    separated(&content, report, |input, _| {
        // `type` is a keyword and still a label
        let name = input.call(Ident::parse_any);
        let name = name.map_err(|_| entry.malformed(input))?;
        if !input.peek(Token![=]) {
            return Err(syn::Error::new(
                name.span(),
                format_args!("the label `{name}` has no value; write `{name} = \"…\"`"),
            ));
        }
        input.parse::<Token![=]>()?;
        let value = input.parse();
        let value = value.map_err(|_| entry.malformed(input))?;
        if !input.is_empty() && !input.peek(Token![,]) {
            return Err(match input.fork().call(Ident::parse_any) {
                Ok(next) => input.error(format_args!("a `,` is missing before `{next}`")),
                Err(_) => entry.malformed(input),
            });
        }
        labels.push(ParsedLabel { name, value });
        Ok(())
    });
    Ok(())
}
