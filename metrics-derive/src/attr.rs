//! Reads attributes: `key`, `key = value`, `key(…)`, apart by commas, each key known and, but for one, at most once.
//! A mistake in one entry is reported and the next is read; what values mean is up to each macro.

use proc_macro2::{Ident, Span, TokenTree};
use syn::ext::IdentExt as _;
use syn::parse::{ParseBuffer, ParseStream};
use syn::{Attribute, Expr, LitBool, LitInt, LitStr, Meta, Path, Token};

use crate::report::Report;

/// A key that an attribute knows.
pub(crate) struct Key {
    /// The key itself.
    pub(crate) name: &'static str,
    /// How it is written, by an example.
    pub(crate) form: &'static str,
}

/// The key that every macro knows: where the core crate is.
pub(crate) const CRATE: Key = Key {
    name: "crate",
    form: "crate = path::to::metrics_core",
};

/// Reads the attributes of one name on one item, however many there are.
pub(crate) struct Reader {
    attribute: &'static str,
    /// The attribute, or the key, that these are keys of, as it is written.
    shown: String,
    keys: &'static [Key],
    /// A key that may be given several times.
    repeating: Option<&'static str>,
    seen: Vec<&'static str>,
}

/// A key as found.
pub(crate) struct Entry {
    pub(crate) key: &'static str,
    pub(crate) span: Span,
    form: &'static str,
}

impl Reader {
    pub(crate) fn new(attribute: &'static str, keys: &'static [Key]) -> Self {
        Self {
            attribute,
            shown: format!("#[{attribute}(…)]"),
            keys,
            repeating: None,
            seen: Vec::new(),
        }
    }

    /// The same where this key may be given several times.
    pub(crate) fn repeating(self, key: &'static str) -> Self {
        Self {
            repeating: Some(key),
            ..self
        }
    }

    /// Reads the entries of `key(…)`.
    pub(crate) fn of_key(key: &'static str, keys: &'static [Key]) -> Self {
        Self {
            shown: format!("{key}(…)"),
            ..Self::new(key, keys)
        }
    }

    /// Reads every attribute of this name among `attrs`; `value` reads what follows a key.
    pub(crate) fn read(
        mut self,
        attrs: &[Attribute],
        report: &mut Report,
        mut value: impl FnMut(&Entry, ParseStream<'_>, &mut Report) -> syn::Result<()>,
    ) {
        for attr in attrs {
            if !attr.path().is_ident(self.attribute) {
                continue;
            }
            if let Meta::List(_) = &attr.meta {
                let parsed = attr.parse_args_with(|input: ParseStream<'_>| {
                    separated(input, report, |input, report| {
                        self.entry(input, report, &mut value)
                    });
                    Ok(())
                });
                if let Err(mistake) = parsed {
                    report.add(mistake);
                }
            } else {
                let attribute = self.attribute;
                let known = self.known();
                report.mistake(
                    attr,
                    format_args!(
                        "`#[{attribute}]` is written `#[{attribute}(…)]`, with any of {known}"
                    ),
                );
            }
        }
    }

    /// Reads one entry.
    pub(crate) fn entry(
        &mut self,
        input: ParseStream<'_>,
        report: &mut Report,
        mut value: impl FnMut(&Entry, ParseStream<'_>, &mut Report) -> syn::Result<()>,
    ) -> syn::Result<()> {
        let shown = &self.shown;
        // `crate` is a keyword and still a key
        let Ok(found) = input.call(Ident::parse_any) else {
            let known = self.known();
            return Err(input.error(format_args!(
                "this is no key of `{shown}`; known are {known}"
            )));
        };
        let Some(key) = self.keys.iter().find(|key| found == key.name) else {
            let known = self.known();
            return Err(syn::Error::new(
                found.span(),
                format_args!("`{found}` is no key of `{shown}`; known are {known}"),
            ));
        };
        if self.seen.contains(&key.name) && self.repeating != Some(key.name) {
            return Err(syn::Error::new(
                found.span(),
                format_args!("`{found}` is given twice; leave one of them out"),
            ));
        }
        self.seen.push(key.name);
        let entry = Entry {
            key: key.name,
            span: found.span(),
            form: key.form,
        };
        value(&entry, input, report)?;
        if input.is_empty() || input.peek(Token![,]) {
            Ok(())
        } else {
            Err(match input.fork().call(Ident::parse_any) {
                Ok(next) => input.error(format_args!("a `,` is missing before `{next}`")),
                Err(_) => entry.malformed(input),
            })
        }
    }

    /// The known keys.
    pub(crate) fn known(&self) -> String {
        listed(self.keys.iter().map(|key| key.name))
    }
}

impl Entry {
    /// `key = "text"`.
    pub(crate) fn text(&self, input: ParseStream<'_>) -> syn::Result<LitStr> {
        self.value(input, |input| input.parse())
    }

    /// `key = 1`.
    pub(crate) fn integer(&self, input: ParseStream<'_>) -> syn::Result<LitInt> {
        self.value(input, |input| input.parse())
    }

    /// `key = true`.
    pub(crate) fn boolean(&self, input: ParseStream<'_>) -> syn::Result<LitBool> {
        self.value(input, |input| input.parse())
    }

    /// `key = some::path`.
    pub(crate) fn path(&self, input: ParseStream<'_>) -> syn::Result<Path> {
        self.value(input, |input| input.parse())
    }

    /// `key = expression`.
    pub(crate) fn expression(&self, input: ParseStream<'_>) -> syn::Result<Expr> {
        self.value(input, |input| input.parse())
    }

    /// `key` alone; its place.
    pub(crate) fn flag(&self, input: ParseStream<'_>) -> syn::Result<Span> {
        if input.peek(Token![=]) || input.peek(syn::token::Paren) {
            return Err(self.malformed(input));
        }
        Ok(self.span)
    }

    /// `key(…)`.
    pub(crate) fn list<'a>(&self, input: ParseStream<'a>) -> syn::Result<ParseBuffer<'a>> {
        if !input.peek(syn::token::Paren) {
            return Err(self.malformed(input));
        }
        let content;
        syn::parenthesized!(content in input);
        Ok(content)
    }

    fn value<T>(
        &self,
        input: ParseStream<'_>,
        value: impl FnOnce(ParseStream<'_>) -> syn::Result<T>,
    ) -> syn::Result<T> {
        if !input.peek(Token![=]) {
            return Err(self.malformed(input));
        }
        input.parse::<Token![=]>()?;
        let at = if input.is_empty() {
            self.span
        } else {
            input.span()
        };
        value(input).map_err(|_| self.malformed_at(at))
    }

    /// The complaint that this entry is not written as it should be, shown where `input` stands.
    pub(crate) fn malformed(&self, input: ParseStream<'_>) -> syn::Error {
        let ends_here = input.is_empty() || input.peek(Token![,]);
        self.malformed_at(if ends_here { self.span } else { input.span() })
    }

    pub(crate) fn malformed_at(&self, span: Span) -> syn::Error {
        let Self { key, form, .. } = self;
        if key == form {
            let message = format_args!("`{key}` takes no value; write `{key}` alone");
            return syn::Error::new(span, message);
        }
        syn::Error::new(span, format_args!("`{key}` is written `{form}`"))
    }
}

/// Reads entries apart by commas, to the end. After a mistake it goes on behind the next comma.
pub(crate) fn separated(
    input: ParseStream<'_>,
    report: &mut Report,
    mut one: impl FnMut(ParseStream<'_>, &mut Report) -> syn::Result<()>,
) {
    while !input.is_empty() {
        if let Err(mistake) = one(input, report) {
            report.add(mistake);
        }
        while !input.is_empty() && !input.peek(Token![,]) {
            // cannot fail: there is a token
            if input.parse::<TokenTree>().is_err() {
                return;
            }
        }
        if input.parse::<Option<Token![,]>>().is_err() {
            return;
        }
    }
}

/// `names` in backticks: `a`, `b` and `c`.
pub(crate) fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}
