//! Reads what stands in `slo(…)`: `p99 < "250ms"`, `success > 99.9`. What of it can be kept is for `validate`.

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Lit, LitInt, LitStr, Token};

use super::percent::Percent;
use crate::attr::{Entry, Key, separated};
use crate::length::nanos_of;
use crate::report::Report;

pub(super) const SLO: Key = Key {
    name: "slo",
    form: "slo(p99 < \"250ms\", success > 99.9)",
};
const QUANTILE: &str = "p99 < \"250ms\"";
const SUCCESS: &str = "success > 99.9";

/// What is promised, as it was written.
#[derive(Clone)]
pub(super) struct Slo {
    pub(super) key: Ident,
    pub(super) latency: Vec<Quantile>,
    pub(super) success: Option<Successes>,
}

/// `p99 < "250ms"`.
#[derive(Clone)]
pub(super) struct Quantile {
    /// `p99`, and where it stands.
    pub(super) name: String,
    pub(super) span: Span,
    pub(super) percent: Percent,
    pub(super) nanos: u64,
    pub(super) threshold: LitStr,
}

/// `success > 99.9`.
#[derive(Clone)]
pub(super) struct Successes {
    /// As it was written.
    pub(super) written: String,
    pub(super) span: Span,
    pub(super) percent: Percent,
}

impl Quantile {
    /// As it was written.
    pub(super) fn written(&self) -> String {
        let Self {
            name, threshold, ..
        } = self;
        format!("{name} < {:?}", threshold.value())
    }
}

/// Reads what follows the key `slo`.
pub(super) fn read(entry: &Entry, input: ParseStream<'_>, report: &mut Report) -> syn::Result<Slo> {
    let content = entry.list(input)?;
    let mut slo = Slo {
        key: Ident::new(entry.key, entry.span),
        latency: Vec::new(),
        success: None,
    };
    if content.is_empty() {
        report.add(syn::Error::new(
            entry.span,
            format_args!("`slo()` promises nothing; write `{}`", SLO.form),
        ));
    }
    separated(&content, report, |input, _| promise(input, &mut slo));
    Ok(slo)
}

fn promise(input: ParseStream<'_>, slo: &mut Slo) -> syn::Result<()> {
    let unknown = "is nothing that can be promised";
    let known = format!("known are quantiles, `{QUANTILE}`, and `{SUCCESS}`");
    let Ok(name) = input.call(Ident::parse_any) else {
        return Err(input.error(format_args!("this {unknown}; {known}")));
    };
    if name == "success" {
        let success = success(&name, input)?;
        if slo.success.is_some() {
            return Err(twice(name.span(), "success"));
        }
        slo.success = Some(success);
        return ends(input, "success", SUCCESS);
    }
    let text = name.to_string();
    let Some(digits) = text.strip_prefix('p').filter(|rest| is_quantile(rest)) else {
        return Err(syn::Error::new(
            name.span(),
            format_args!("`{name}` {unknown}; {known}"),
        ));
    };
    let quantile = quantile(digits, name.span(), input)?;
    let mut others = slo.latency.iter();
    if others.any(|other| other.percent == quantile.percent) {
        return Err(twice(name.span(), &quantile.name));
    }
    let written = quantile.name.clone();
    slo.latency.push(quantile);
    ends(input, &written, QUANTILE)
}

fn is_quantile(digits: &str) -> bool {
    digits.starts_with(|c: char| c.is_ascii_digit())
}

fn twice(at: Span, name: &str) -> syn::Error {
    syn::Error::new(
        at,
        format_args!("`{name}` is given twice; leave one of them out"),
    )
}

fn malformed(at: Span, name: &str, form: &str) -> syn::Error {
    syn::Error::new(at, format_args!("`{name}` is written `{form}`"))
}

/// Where it is written otherwise: there, or at its beginning if it has ended.
fn malformed_here(input: ParseStream<'_>, at: Span, name: &str, form: &str) -> syn::Error {
    let over = input.is_empty() || input.peek(Token![,]);
    malformed(if over { at } else { input.span() }, name, form)
}

fn ends(input: ParseStream<'_>, name: &str, form: &str) -> syn::Result<()> {
    if input.is_empty() || input.peek(Token![,]) {
        return Ok(());
    }
    Err(match input.fork().call(Ident::parse_any) {
        Ok(next) => input.error(format_args!("a `,` is missing before `{next}`")),
        Err(_) => malformed(input.span(), name, form),
    })
}

fn success(name: &Ident, input: ParseStream<'_>) -> syn::Result<Successes> {
    let wrong = |input| malformed_here(input, name.span(), "success", SUCCESS);
    if !input.peek(Token![>]) || input.peek(Token![>=]) {
        return Err(wrong(input));
    }
    input.parse::<Token![>]>()?;
    let written: Lit = input.fork().parse().map_err(|_| wrong(input))?;
    let (digits, suffix) = match &written {
        Lit::Int(int) => (int.base10_digits(), int.suffix()),
        Lit::Float(float) => (float.base10_digits(), float.suffix()),
        _ => ("", ""),
    };
    let percent = Percent::read(digits).filter(|_| suffix.is_empty());
    let percent = percent.ok_or_else(|| wrong(input))?;
    input.parse::<Lit>()?;
    Ok(Successes {
        written: format!("success > {digits}"),
        span: written.span(),
        percent,
    })
}

/// What follows `p99`, of which these are the digits: decimals are tokens of their own.
fn quantile(digits: &str, at: Span, input: ParseStream<'_>) -> syn::Result<Quantile> {
    let mut digits = digits.to_owned();
    if input.parse::<Option<Token![.]>>()?.is_some() {
        let decimals: LitInt = input
            .parse()
            .map_err(|_| malformed_here(input, at, &format!("p{digits}"), "p99.9 < \"1s\""))?;
        digits = format!("{digits}.{decimals}");
    }
    let name = format!("p{digits}");
    let wrong = |input| malformed_here(input, at, &name, QUANTILE);
    let Some(percent) = Percent::read(&digits) else {
        let with_point = digits.replace('_', ".");
        let mend = Percent::read(&with_point).map_or_else(
            || "a percentage, such as `p99` or `p99.9`".to_owned(),
            |_| format!("`p{with_point}`"),
        );
        return Err(syn::Error::new(
            at,
            format_args!("`{name}` is no quantile; write {mend}"),
        ));
    };
    if !input.peek(Token![<]) || input.peek(Token![<=]) {
        return Err(wrong(input));
    }
    input.parse::<Token![<]>()?;
    let threshold: LitStr = input.fork().parse().map_err(|_| wrong(input))?;
    input.parse::<LitStr>()?;
    let good = format!("{name} < \"250ms\"");
    let nanos = nanos_of(&threshold, &format!("{name} < "), &good)?;
    Ok(Quantile {
        name,
        span: at,
        percent,
        nanos,
        threshold,
    })
}
