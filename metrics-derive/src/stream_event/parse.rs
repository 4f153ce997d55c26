//! Reads the struct and its attribute as they are written; says what cannot be read.
//! What is read but wrong is for `validate`.

use proc_macro2::Ident;
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Attribute, Data, DeriveInput, Fields, Generics, LitStr, Meta, Token};

use crate::attr::{CRATE, Key, Reader, separated};
use crate::krate::Krate;
use crate::report::Report;

/// The name stands before them, without a key.
const KEYS: &[Key] = &[CRATE];

const FORM: &str = "`#[event(\"hit\")]` or `#[event(\"hit\", crate = path)]`";

pub(super) struct Parsed {
    pub(super) krate: Krate,
    pub(super) ident: Ident,
    pub(super) generics: Generics,
    pub(super) name: Option<LitStr>,
}

pub(super) fn parse(input: &DeriveInput, report: &mut Report) -> Parsed {
    let mut parsed = Parsed {
        krate: Krate::default(),
        ident: input.ident.clone(),
        generics: input.generics.clone(),
        name: None,
    };
    let mut reader = Reader::new("event", KEYS);
    for attr in attributes(&input.attrs) {
        let read = |input: ParseStream<'_>| {
            separated(input, report, |input, report| {
                entry(&mut parsed, &mut reader, input, report)
            });
            Ok(())
        };
        let parsed = match &attr.meta {
            Meta::List(_) => attr.parse_args_with(read),
            Meta::Path(_) | Meta::NameValue(_) => Err(syn::Error::new_spanned(
                attr,
                format_args!("`#[event]` is written {FORM}"),
            )),
        };
        if let Err(mistake) = parsed {
            report.add(mistake);
        }
    }
    check_shape(input, report);
    parsed
}

/// The name, or a key with its value.
fn entry(
    parsed: &mut Parsed,
    reader: &mut Reader,
    input: ParseStream<'_>,
    report: &mut Report,
) -> syn::Result<()> {
    if input.peek(LitStr) {
        let name: LitStr = input.parse()?;
        if parsed.name.is_some() {
            let message = "the name is given twice; leave one of them out";
            return Err(syn::Error::new_spanned(name, message));
        }
        parsed.name = Some(name);
        if !input.is_empty() && !input.peek(Token![,]) {
            return Err(input.error(format_args!("`#[event(…)]` is written {FORM}")));
        }
        return Ok(());
    }
    let word = input.fork().call(Ident::parse_any);
    match word {
        // as other attributes have it
        Ok(word) if word == "name" => {
            return Err(input.error("the name of an event has no key; write `#[event(\"hit\")]`"));
        }
        Ok(word) if word == CRATE.name => {}
        Ok(_) | Err(_) => return Err(input.error(format_args!("`#[event(…)]` is written {FORM}"))),
    }
    reader.entry(input, report, |entry, input, _| {
        parsed.krate = Krate::at(entry.path(input)?);
        Ok(())
    })
}

fn attributes(attrs: &[Attribute]) -> impl Iterator<Item = &Attribute> {
    attrs.iter().filter(|attr| attr.path().is_ident("event"))
}

/// Data is a JSON object: fields with names, or none.
fn check_shape(input: &DeriveInput, report: &mut Report) {
    let ident = &input.ident;
    match &input.data {
        Data::Struct(data) => {
            if let Fields::Unnamed(fields) = &data.fields {
                report.mistake(
                    fields,
                    format_args!(
                        "the fields of an event need names, which become the keys of its JSON: `struct {ident} {{ proxy: String }}`"
                    ),
                );
            }
            for field in &data.fields {
                misplaced(&field.attrs, report);
            }
        }
        Data::Enum(data) => {
            report.mistake(
                data.enum_token,
                format_args!(
                    "an event is a struct; write one for each variant, or hold the enum in a field: `struct {ident}Event {{ what: {ident} }}`"
                ),
            );
            for variant in &data.variants {
                misplaced(&variant.attrs, report);
                for field in &variant.fields {
                    misplaced(&field.attrs, report);
                }
            }
        }
        Data::Union(data) => report.mistake(data.union_token, "an event is a struct, not a union"),
    }
}

/// The compiler lets a helper attribute stand anywhere in the item, and then nothing would read it.
fn misplaced(attrs: &[Attribute], report: &mut Report) {
    for attr in attributes(attrs) {
        report.mistake(
            attr.path(),
            "`#[event(…)]` is for the struct; how a field is written is said to serde: `#[serde(rename = \"…\")]`",
        );
    }
}
