//! Series as the tests are given them: names, labels, values at even steps; in the notation of promtool, to be written, and to
//! be read where a person wrote them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Label names and values, in one order.
pub(super) type Labels = BTreeMap<String, String>;

/// A series from time 0.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Series {
    pub(super) name: String,
    pub(super) labels: Labels,
    /// The values, as promtool is told them.
    pub(super) values: String,
    /// The same, one by one.
    pub(super) points: Vec<Point>,
}

/// What a series has at one step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Point {
    Value(f64),
    Missing,
    /// From here on it is gone.
    Stale,
}

impl Series {
    /// The value from the first step to the step `last`.
    pub(super) fn constant(name: &str, labels: &Labels, value: f64, last: usize) -> Self {
        Self::of(name, labels, format!("{value}x{last}"))
    }

    /// From `start` by `step` at each step, to the step `last`.
    pub(super) fn ramp(name: &str, labels: &Labels, start: f64, step: f64, last: usize) -> Self {
        let sign = if step < 0.0 { "" } else { "+" };
        Self::of(name, labels, format!("{start}{sign}{step}x{last}"))
    }

    fn of(name: &str, labels: &Labels, values: String) -> Self {
        Self {
            name: name.to_owned(),
            labels: labels.clone(),
            points: points(&values).unwrap_or_default(),
            values,
        }
    }

    /// Reads `name{label="value"} 0+10x20`, or tells what is wrong.
    pub(super) fn read(line: &str) -> Result<Self, String> {
        let wrong = |what: &str| Err(format!("`{line}` {what}"));
        let Some((matched, rest)) = Matched::read(line) else {
            return wrong("does not begin with a series such as `name{label=\"value\"}`");
        };
        if matched.asked.iter().any(|asked| asked.operator != "=") {
            return wrong("asks for labels; a series has them: `label=\"value\"`");
        }
        let labels = matched.asked.into_iter().map(|one| (one.label, one.value));
        let values = rest.trim();
        let Some(points) = points(values).filter(|points| !points.is_empty()) else {
            return wrong(
                "has no values such as `0+10x20`, `5x20`, `_` or `1 2 3` behind the series",
            );
        };
        Ok(Self {
            name: matched.name,
            labels: labels.collect(),
            values: values.to_owned(),
            points,
        })
    }

    /// The name and labels, as promtool reads them.
    pub(super) fn notation(&self) -> String {
        let mut out = self.name.clone();
        for (place, (label, value)) in self.labels.iter().enumerate() {
            out.push(if place > 0 { ',' } else { '{' });
            let _ = write!(out, "{label}={}", quoted(value));
        }
        if !self.labels.is_empty() {
            out.push('}');
        }
        out
    }
}

/// A text in double quotes, as PromQL has it.
pub(super) fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", text.replace('\n', "\\n"))
}

/// A name and what is asked of labels: a selector of PromQL in its simplest form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Matched {
    pub(super) name: String,
    pub(super) asked: Vec<Asked>,
}

/// What is asked of one label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) label: String,
    pub(super) operator: String,
    pub(super) value: String,
}

impl Matched {
    /// Reads one from the beginning of a text, and gives the rest of the text.
    pub(super) fn read(text: &str) -> Option<(Self, &str)> {
        let (name, mut rest) = word(text.trim_start())?;
        let mut asked = Vec::new();
        if let Some(inside) = rest.strip_prefix('{') {
            rest = inside.trim_start();
            while !rest.starts_with('}') {
                let (label, behind) = word(rest)?;
                let behind = behind.trim_start();
                let operator = ["=~", "!~", "!=", "="]
                    .into_iter()
                    .find(|operator| behind.starts_with(operator))?;
                let (value, behind) = text_of(behind[operator.len()..].trim_start())?;
                asked.push(Asked {
                    label: label.to_owned(),
                    operator: operator.to_owned(),
                    value,
                });
                let behind = behind.trim_start();
                rest = behind.strip_prefix(',').unwrap_or(behind).trim_start();
            }
            rest = &rest[1..];
        }
        let name = name.to_owned();
        Some((Self { name, asked }, rest))
    }
}

fn word(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != ':');
    let (word, rest) = text.split_at(end.unwrap_or(text.len()));
    (!word.is_empty()).then_some((word, rest))
}

/// A text in double quotes, and what is behind it.
fn text_of(text: &str) -> Option<(String, &str)> {
    let mut out = String::new();
    let mut chars = text.strip_prefix('"')?.char_indices();
    while let Some((place, c)) = chars.next() {
        match c {
            '"' => return Some((out, &text[place + 2..])),
            '\\' => match chars.next()?.1 {
                'n' => out.push('\n'),
                c => out.push(c),
            },
            c => out.push(c),
        }
    }
    None
}

/// The most values that a text may stand for: more than promtool can be asked for at once.
const MOST: usize = 20_000;

/// The values that promtool reads in a text.
fn points(text: &str) -> Option<Vec<Point>> {
    let mut out = Vec::new();
    for word in text.split_whitespace() {
        let (what, times) = match word.rsplit_once('x') {
            Some((what, times)) => (what, times.parse::<usize>().ok()?),
            None => (word, 0),
        };
        if out.len() + times > MOST {
            return None;
        }
        if what == "_" {
            // here alone the number is that of values, not of those behind the first
            out.extend(std::iter::repeat_n(Point::Missing, times.max(1)));
        } else if what == "stale" {
            out.push(Point::Stale);
        } else {
            let (mut value, step) = value_and_step(what)?;
            for _ in 0..=times {
                out.push(Point::Value(value));
                // one after the other, as promtool adds them up
                value += step;
            }
        }
    }
    Some(out)
}

/// `5`, `0+10`, `2000-21`.
fn value_and_step(text: &str) -> Option<(f64, f64)> {
    if let Ok(value) = text.parse() {
        return Some((value, 0.0));
    }
    // not the sign of the first number or of an exponent
    let bytes = text.as_bytes();
    let sign = (1..bytes.len()).find(|&place| {
        matches!(bytes[place], b'+' | b'-') && !matches!(bytes[place - 1], b'e' | b'E')
    })?;
    let (value, step) = text.split_at(sign);
    Some((value.parse().ok()?, step.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<f64> {
        let value = |point| match point {
            Point::Value(value) => value,
            Point::Missing => -1.0,
            Point::Stale => -2.0,
        };
        points(text)
            .unwrap_or_default()
            .into_iter()
            .map(value)
            .collect()
    }

    #[test]
    fn values_are_read_as_promtool_reads_them() {
        assert_eq!(values("0+10x2 5"), [0.0, 10.0, 20.0, 5.0]);
        assert_eq!(values("-5-1x1 1e3x1"), [-5.0, -6.0, 1000.0, 1000.0]);
        assert_eq!(
            values("_ _x2 stale 1e-3+1x1"),
            [-1.0, -1.0, -1.0, -2.0, 0.001, 1.001]
        );
        assert_eq!(points("{{schema:1}}"), None);
        assert_eq!(points("1x99999"), None);
    }

    #[test]
    fn a_line_of_an_example_is_a_series() {
        let line = r#" a:b_total{ x="1, \"}", y = "ü" } 0+1x2 "#;
        let series = Series::read(line).expect("a series");
        assert_eq!(series.notation(), r#"a:b_total{x="1, \"}",y="ü"}"#);
        assert_eq!((series.values.as_str(), series.points.len()), ("0+1x2", 3));
        for wrong in [
            "",
            "{} 1",
            "a{x=1} 1",
            "a{x=\"1} 1",
            "a{x=~\"1\"} 1",
            "a",
            "a b",
        ] {
            assert!(Series::read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_written_is_what_is_computed_with() {
        let series = Series::ramp("a", &Labels::new(), 10.0, -2.5, 2);
        assert_eq!(
            (series.values.as_str(), series.notation().as_str()),
            ("10-2.5x2", "a")
        );
        assert_eq!(values(&series.values), [10.0, 7.5, 5.0]);
    }
}
