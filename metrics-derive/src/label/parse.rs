//! Reads the enum and its attributes as they are written; says what cannot be read.
//! What is read but wrong is for `validate`.

use proc_macro2::{Ident, Span};
use syn::{Data, DeriveInput, Expr, Fields, Generics, LitStr};

use crate::attr::{CRATE, Key, Reader, listed};
use crate::case::Case;
use crate::krate::Krate;
use crate::report::Report;

const ENUM_KEYS: &[Key] = &[
    Key {
        name: "rename_all",
        form: "rename_all = \"snake_case\"",
    },
    Key {
        name: "discriminant",
        form: "discriminant",
    },
    CRATE,
];

const VARIANT_KEYS: &[Key] = &[Key {
    name: "name",
    form: "name = \"value\"",
}];

pub(super) struct Parsed {
    pub(super) krate: Krate,
    pub(super) ident: Ident,
    pub(super) generics: Generics,
    pub(super) case: Case,
    /// Where `rename_all` stands.
    pub(super) rename_all: Option<Span>,
    /// Where `discriminant` stands.
    pub(super) discriminant: Option<Span>,
    pub(super) variants: Vec<ParsedVariant>,
}

pub(super) struct ParsedVariant {
    pub(super) ident: Ident,
    pub(super) name: Option<LitStr>,
    /// What stands after the `=`.
    pub(super) discriminant: Option<Expr>,
}

pub(super) fn parse(input: &DeriveInput, report: &mut Report) -> Parsed {
    let mut parsed = Parsed {
        krate: Krate::default(),
        ident: input.ident.clone(),
        generics: input.generics.clone(),
        case: Case::default(),
        rename_all: None,
        discriminant: None,
        variants: Vec::new(),
    };
    Reader::new("label", ENUM_KEYS).read(&input.attrs, report, |entry, input, _| {
        match entry.key {
            "rename_all" => {
                parsed.rename_all = Some(entry.span);
                parsed.case = case(&entry.text(input)?)?;
            }
            "discriminant" => parsed.discriminant = Some(entry.flag(input)?),
            _ => parsed.krate = Krate::at(entry.path(input)?),
        }
        Ok(())
    });
    match &input.data {
        Data::Enum(data) => {
            for variant in &data.variants {
                unit_variant(variant, report);
                let mut name = None;
                let reader = Reader::new("label", VARIANT_KEYS);
                reader.read(&variant.attrs, report, |entry, input, _| {
                    name = Some(entry.text(input)?);
                    Ok(())
                });
                parsed.variants.push(ParsedVariant {
                    ident: variant.ident.clone(),
                    name,
                    discriminant: variant.discriminant.as_ref().map(|(_, value)| value.clone()),
                });
            }
            if data.variants.is_empty() {
                report.mistake(
                    &input.ident,
                    "a label needs at least one value; add a variant",
                );
            }
        }
        Data::Struct(data) => report.mistake(
            data.struct_token,
            "a label is an enum whose variants are the values; for a struct of labels derive `LabelSet`",
        ),
        Data::Union(data) => report.mistake(
            data.union_token,
            "a label is an enum whose variants are the values",
        ),
    }
    parsed
}

fn case(name: &LitStr) -> syn::Result<Case> {
    Case::named(&name.value()).ok_or_else(|| {
        let known = listed(Case::names());
        let written = name.value();
        syn::Error::new_spanned(
            name,
            format_args!("`rename_all = \"{written}\"` is no known case; known are {known}"),
        )
    })
}

fn unit_variant(variant: &syn::Variant, report: &mut Report) {
    let ident = &variant.ident;
    if !matches!(variant.fields, Fields::Unit) {
        report.mistake(
            &variant.fields,
            format_args!(
                "a label value has no fields; write `{ident}` alone, and put what it holds into a label of its own"
            ),
        );
    }
}
