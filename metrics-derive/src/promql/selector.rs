//! What stands behind the name of a metric: matchers, a range, an offset.

use super::amount::length;
use super::bound;
use super::cursor::Parser;
use super::lexer::Token;
use super::mistake::Mistake;
use super::tree::{Matcher, MetricName, Node, Selector, Span};

/// The selector of `metric`, whose name was read.
pub(super) fn rest(parser: &mut Parser<'_>, metric: MetricName) -> Result<Node, Mistake> {
    let matchers = matchers(parser, &metric)?;
    let range = range(parser)?;
    let mut offset = None;
    if matches!(parser.peek(), Some(Token::Name(word)) if word == "offset") {
        parser.advance();
        if matches!(parser.peek(), Some(Token::Sign("-"))) {
            return Err(Mistake::new(
                parser.at(),
                "a negative offset is in the future, of which no alert knows; leave the `-` out",
            ));
        }
        offset = Some(span(parser, "offset 1h")?);
    }
    if matches!(parser.peek(), Some(Token::Sign("@"))) {
        return Err(Mistake::new(
            parser.at(),
            "`@` is a fixed time, and an alert looks at now; write `offset 1h` for what was",
        ));
    }
    Ok(Node::Selector(Selector {
        metric,
        matchers,
        range,
        offset,
    }))
}

fn matchers(parser: &mut Parser<'_>, metric: &MetricName) -> Result<Vec<Matcher>, Mistake> {
    let mut matchers = Vec::new();
    if !parser.take("{") {
        return Ok(matchers);
    }
    while !parser.take("}") {
        let start = parser.at().start;
        let label = parser.label()?;
        let operator = match parser.peek() {
            Some(Token::Sign(sign @ ("=" | "!=" | "=~" | "!~"))) => *sign,
            Some(Token::Sign("==")) => {
                return Err(Mistake::new(
                    parser.at(),
                    "labels are compared by `=`, `!=`, `=~` and `!~`; write `=`",
                ));
            }
            _ => return Err(parser.unexpected("`=`, `!=`, `=~` or `!~`")),
        };
        parser.advance();
        let Some(Token::Text(value)) = parser.peek().cloned() else {
            return Err(parser.unexpected("a value in quotes"));
        };
        parser.advance();
        if label == "__name__" {
            return Err(Mistake::new(
                parser.since(start),
                "the name of a metric stands before `{`; write one alert for each metric",
            ));
        }
        if label == "le" && metric.is_bucket() {
            let matcher = bound::matcher(operator, &value).ok_or_else(|| {
                Mistake::new(
                    parser.since(start),
                    "`le` is the bound of a bucket; write a number, as `le=\"0.25\"`",
                )
            })?;
            matchers.push(matcher);
        } else {
            matchers.push(Matcher {
                label,
                operator,
                value,
                bounds: Vec::new(),
            });
        }
        if !parser.take(",") {
            parser.expect("}")?;
            break;
        }
    }
    Ok(matchers)
}

fn range(parser: &mut Parser<'_>) -> Result<Option<Span>, Mistake> {
    if !parser.take("[") {
        return Ok(None);
    }
    let span = span(parser, "[5m]")?;
    if parser.take(":") {
        let at = parser.since(parser.at().start.saturating_sub(1));
        return Err(Mistake::new(
            at,
            "there are no ranges of ranges here; record the inner part by a rule of its own",
        ));
    }
    parser.expect("]")?;
    Ok(Some(span))
}

/// A length above 0.
fn span(parser: &mut Parser<'_>, example: &str) -> Result<Span, Mistake> {
    let at = parser.at();
    let text = match parser.peek() {
        Some(Token::Amount(text)) => text.clone(),
        _ => return Err(parser.unexpected(&format!("a length of time, as in `{example}`,"))),
    };
    let found = length(&text).filter(|length| length.millis > 0);
    let length = found.ok_or_else(|| {
        Mistake::new(
            at,
            format_args!(
                "`{text}` is no length of time above 0; write whole numbers and `y`, `w`, `d`, `h`, `m`, `s` or `ms`, the larger ones first, as in `{example}`"
            ),
        )
    })?;
    parser.advance();
    Ok(Span {
        text,
        millis: length.millis,
    })
}

/// The range of a short form, which cannot be left out.
pub(super) fn range_of_form(parser: &mut Parser<'_>) -> Result<Span, Mistake> {
    let missing = parser.unexpected("a range, as `[5m]`,");
    range(parser)?.ok_or(missing)
}
