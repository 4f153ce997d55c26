//! Reads the struct and its attributes as they are written; says what cannot be read.
//! What is read but wrong is for `validate`.

use proc_macro2::{Ident, Span};
use syn::{Attribute, Data, DeriveInput, Fields, Generics, LitInt, LitStr, Type};

use crate::attr::{CRATE, Key, Reader};
use crate::krate::Krate;
use crate::report::Report;

const SET_KEYS: &[Key] = &[
    Key {
        name: "max_series",
        form: "max_series = 4096",
    },
    CRATE,
];

const FIELD_KEYS: &[Key] = &[
    Key {
        name: "name",
        form: "name = \"label_name\"",
    },
    Key {
        name: "open",
        form: "open, max = 100",
    },
    Key {
        name: "max",
        form: "max = 100",
    },
    Key {
        name: "overflow",
        form: "overflow = \"other\"",
    },
    Key {
        name: "display",
        form: "display",
    },
    Key {
        name: "flatten",
        form: "flatten",
    },
];

pub(super) struct Parsed {
    pub(super) krate: Krate,
    pub(super) ident: Ident,
    pub(super) generics: Generics,
    pub(super) max_series: Option<LitInt>,
    pub(super) fields: Vec<ParsedField>,
}

pub(super) struct ParsedField {
    pub(super) ident: Ident,
    pub(super) ty: Type,
    pub(super) name: Option<LitStr>,
    pub(super) open: Option<Span>,
    pub(super) max: Option<LitInt>,
    pub(super) overflow: Option<LitStr>,
    pub(super) display: Option<Span>,
    /// Every key that is there, be its value right or not.
    pub(super) keys: Vec<(&'static str, Span)>,
}

impl ParsedField {
    /// Whether the key is there.
    pub(super) fn has(&self, key: &str) -> bool {
        self.keys.iter().any(|(found, _)| *found == key)
    }
}

pub(super) fn parse(input: &DeriveInput, report: &mut Report) -> Parsed {
    let mut parsed = Parsed {
        krate: Krate::default(),
        ident: input.ident.clone(),
        generics: input.generics.clone(),
        max_series: None,
        fields: Vec::new(),
    };
    Reader::new("labels", SET_KEYS).read(&input.attrs, report, |entry, input, _| {
        match entry.key {
            "max_series" => parsed.max_series = Some(entry.integer(input)?),
            _ => parsed.krate = Krate::at(entry.path(input)?),
        }
        Ok(())
    });
    misplaced(
        &input.attrs,
        "label",
        "`#[label(…)]` is for fields; the attribute of the struct is `#[labels(…)]`",
        report,
    );
    let mut fields = Vec::new();
    for field in named_fields(input, report) {
        if let Some(ident) = &field.ident {
            fields.push(parse_field(ident, &field.ty, &field.attrs, report));
        }
    }
    parsed.fields = fields;
    parsed
}

fn parse_field(ident: &Ident, ty: &Type, attrs: &[Attribute], report: &mut Report) -> ParsedField {
    let mut field = ParsedField {
        ident: ident.clone(),
        ty: ty.clone(),
        name: None,
        open: None,
        max: None,
        overflow: None,
        display: None,
        keys: Vec::new(),
    };
    Reader::new("label", FIELD_KEYS).read(attrs, report, |entry, input, _| {
        field.keys.push((entry.key, entry.span));
        match entry.key {
            "name" => field.name = Some(entry.text(input)?),
            "open" => field.open = Some(entry.flag(input)?),
            "max" => field.max = Some(entry.integer(input)?),
            "overflow" => field.overflow = Some(entry.text(input)?),
            "display" => field.display = Some(entry.flag(input)?),
            // that it is there says all
            _ => drop(entry.flag(input)?),
        }
        Ok(())
    });
    misplaced(
        attrs,
        "labels",
        "`#[labels(…)]` is for the struct; the attribute of a field is `#[label(…)]`",
        report,
    );
    field
}

/// The compiler lets a helper attribute stand anywhere in the item, and then nothing would read it.
fn misplaced(attrs: &[Attribute], attribute: &str, message: &str, report: &mut Report) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident(attribute)) {
        report.mistake(attr.path(), message);
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
                    "the fields of a label set need names, which become those of the labels: `struct {ident} {{ method: Method }}`"
                ),
            ),
            _ => report.mistake(
                ident,
                "a label set needs at least one label; a family without labels is a `Counter`, without `<…>`",
            ),
        },
        Data::Enum(data) => report.mistake(
            data.enum_token,
            format_args!(
                "a label set is a struct whose fields are labels; for an enum derive `Label`, and use it in a field: `struct By{ident} {{ value: {ident} }}`"
            ),
        ),
        Data::Union(data) => report.mistake(
            data.union_token,
            "a label set is a struct whose fields are labels, not a union",
        ),
    }
    Box::new(std::iter::empty())
}
