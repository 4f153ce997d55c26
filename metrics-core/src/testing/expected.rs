//! Changes as a test writes them down: a line for each series, `name{label="value"} +1`.

use super::amount::{Amount, Change};
use super::sample::Series;

/// What one line says.
#[derive(Debug)]
pub(super) struct Expected {
    pub(super) series: Series,
    /// The line, without what is around it.
    pub(super) line: String,
    /// By how much the series changes; `None` for `*`, which lets it do as it likes.
    pub(super) by: Option<Amount>,
}

impl Expected {
    pub(super) fn is_met(&self, change: Change) -> bool {
        self.by.is_none_or(|by| change.is_by(by))
    }
}

/// Reads every line, or says what is wrong with the first that is none.
pub(super) fn parse(text: &str) -> Result<Vec<Expected>, String> {
    let mut all: Vec<Expected> = Vec::new();
    let lines = text.lines().map(str::trim).enumerate();
    for (index, line) in lines.filter(|(_, line)| !line.is_empty()) {
        let mistake = |why: &str| {
            let number = index + 1;
            format!("line {number} of the expected changes, `{line}`: {why}")
        };
        let expected = parse_line(line).map_err(mistake)?;
        if all.iter().any(|other| other.series == expected.series) {
            return Err(mistake("this series is there twice"));
        }
        all.push(expected);
    }
    Ok(all)
}

fn parse_line(line: &str) -> Result<Expected, &'static str> {
    let (series, by) = line
        .rsplit_once([' ', '\t'])
        .ok_or("a series is followed by a blank and by how much it changes: `+1`, `-0.5`, `*`")?;
    let by = match by {
        "*" => None,
        // the difference to or from a NaN has no sign
        "NaN" => Some(Amount::Float(f64::NAN)),
        _ if !by.starts_with(['+', '-']) => {
            return Err("a change begins with its sign, `+1` or `-1`; `*` is any change or none");
        }
        _ => Some(Amount::parse(by).ok_or("a change is a number: `+1`, `-0.5`")?),
    };
    let series = Series::parse(series.trim_end())
        .ok_or("a series is written as it is exposed: `name` or `name{label=\"value\",…}`")?;
    Ok(Expected {
        series,
        line: line.to_owned(),
        by,
    })
}
