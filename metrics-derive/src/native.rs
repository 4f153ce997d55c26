//! Native buckets: what `native` and `native(…)` may say.

use syn::parse::ParseStream;
use syn::{Expr, LitInt, Token};

use crate::attr::{Entry, Key, Reader, separated};
use crate::buckets::number;
use crate::report::Report;

/// How native buckets are made; `metrics_core::NativeOptions`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Native {
    pub(crate) schema: i32,
    pub(crate) max_buckets: u32,
    pub(crate) zero_threshold: f64,
}

/// `metrics_core::NativeOptions::DEFAULT`.
const DEFAULT: Native = Native {
    schema: 3,
    max_buckets: 160,
    zero_threshold: 2.938_735_877_055_719e-39,
};

/// How many buckets there may be. With fewer than these the coarsest ones would not hold what services measure; with
/// more, a series takes as much memory as a hundred others.
const LEAST: u32 = 8;
const MOST: u32 = 1000;

const KEYS: &[Key] = &[
    Key {
        name: "factor",
        form: "factor = 1.1",
    },
    Key {
        name: "max_buckets",
        form: "max_buckets = 160",
    },
    Key {
        name: "zero_threshold",
        form: "zero_threshold = 0.001",
    },
];

/// Reads what follows the key `native`. `None` if it is wrong, which has then been reported.
pub(crate) fn read(
    entry: &Entry,
    input: ParseStream<'_>,
    report: &mut Report,
) -> syn::Result<Option<Native>> {
    if input.is_empty() || input.peek(Token![,]) {
        return Ok(Some(DEFAULT));
    }
    let content = entry.list(input)?;
    let mut native = DEFAULT;
    let mut right = true;
    let mut reader = Reader::of_key("native", KEYS);
    separated(&content, report, |input, report| {
        let read = reader.entry(input, report, |entry, input, _| {
            match entry.key {
                "factor" => native.schema = schema(&entry.expression(input)?)?,
                "max_buckets" => native.max_buckets = max_buckets(&entry.integer(input)?)?,
                _ => native.zero_threshold = zero_threshold(&entry.expression(input)?)?,
            }
            Ok(())
        });
        right &= read.is_ok();
        read
    });
    Ok(right.then_some(native))
}

/// The coarsest schema whose factor from bound to bound is not above the one asked for: -4 to 8.
///
/// Its factor is `2^(2^-schema)`. Source: `pickSchema` in `prometheus/client_golang`, `histogram.go`.
fn schema(written: &Expr) -> syn::Result<i32> {
    // 2^(2^-8)
    const FINEST: f64 = 1.002_711_275_050_202_5;

    match number(written) {
        Some(factor) if factor >= FINEST && factor.is_finite() => {
            let schema = -factor.log2().log2().floor();
            Ok(schema.clamp(-4.0, 8.0) as i32)
        }
        _ => Err(syn::Error::new_spanned(
            written,
            "the factor from one bucket bound to the next is a number of at least 1.0028, the finest there is; 1.1 is good for most",
        )),
    }
}

fn max_buckets(written: &LitInt) -> syn::Result<u32> {
    let max = written.base10_parse::<u32>().ok();
    max.filter(|max| (LEAST..=MOST).contains(max)).ok_or_else(|| {
        syn::Error::new(
            written.span(),
            format_args!(
                "`max_buckets` is a whole number from {LEAST} to {MOST}; past it the buckets are made coarser, and 160 is good for most"
            ),
        )
    })
}

fn zero_threshold(written: &Expr) -> syn::Result<f64> {
    let threshold = number(written).filter(|n| *n >= 0.0 && n.is_finite());
    threshold.ok_or_else(|| {
        syn::Error::new_spanned(
            written,
            "what is at most so far from 0 goes to the zero bucket: `zero_threshold` is a number that is not negative",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    #[test]
    fn schemas_are_the_coarsest_that_are_fine_enough() {
        for (factor, expected) in [
            (parse_quote!(1.1), 3),
            (parse_quote!(1.5), 1),
            (parse_quote!(2), 0),
            (parse_quote!(2.1), 0),
            (parse_quote!(4.0), -1),
            (parse_quote!(65536), -4),
            (parse_quote!(1e300), -4),
            (parse_quote!(1.0028), 8),
            (parse_quote!(1.002711275050202486), 8),
            (parse_quote!(1.0055), 7),
        ] {
            let factor: Expr = factor;
            assert_eq!(schema(&factor).ok(), Some(expected));
        }
        for wrong in [
            parse_quote!(1.0),
            parse_quote!(0),
            parse_quote!(1.002),
            parse_quote!("1.1"),
        ] {
            let wrong: Expr = wrong;
            assert!(schema(&wrong).is_err());
        }
    }
}
