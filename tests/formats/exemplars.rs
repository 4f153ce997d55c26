//! The exemplars of an exposition as OpenMetrics, and those that it should have, as a list of texts.

use metrics_core::{ExemplarSnapshot, Kind, ValueSnapshot};

use crate::made::{Made, rendered};
use crate::samples::newest;

/// The lines that are samples.
pub(crate) trait LinesOfSamples {
    fn lines_of_samples(&self) -> impl Iterator<Item = &str>;
}

impl LinesOfSamples for str {
    fn lines_of_samples(&self) -> impl Iterator<Item = &str> {
        let lines = self.split_terminator('\n');
        lines.filter(|line| !line.starts_with('#'))
    }
}

/// What stands behind ` # ` in each line of samples, behind the sample's name.
pub(crate) fn exemplars_in(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    for line in text.lines_of_samples() {
        if let Some((sample, exemplar)) = line.split_once(" # ") {
            let (name, _) = sample.split_once(['{', ' ']).expect("a value");
            let mut parts = exemplar.rsplitn(3, ' ');
            let (seconds, value) = (parts.next(), parts.next());
            let value: f64 = value.and_then(|text| text.parse().ok()).expect("a number");
            let (seconds, labels) = (seconds.expect("a time"), parts.next().expect("labels"));
            all.push(format!("{name} {labels} {value:?} {seconds}"));
        }
    }
    all
}

/// What should stand there.
pub(crate) fn exemplars_of(families: &[Made]) -> Vec<String> {
    let mut all = Vec::new();
    let mut push = |name: &str, exemplar: Option<&ExemplarSnapshot>| {
        if let Some(ExemplarSnapshot {
            labels,
            value,
            millis,
        }) = exemplar
        {
            let (seconds, millis) = (millis / 1000, millis % 1000);
            let labels = rendered(labels);
            let labels = labels.labels().as_str();
            all.push(format!(
                "{name} {{{labels}}} {value:?} {seconds}.{millis:03}"
            ));
        }
    };
    for Made { family, .. } in families {
        for series in &family.series {
            match &series.value {
                ValueSnapshot::Number(number)
                    if family.kind == Kind::Counter
                        && family.name.ends_with("_total")
                        && number.as_f64() >= 0.0 =>
                {
                    push(&family.name, newest(&series.exemplars, |_| true));
                }
                ValueSnapshot::Histogram { bounds, .. } => {
                    let mut below = None;
                    for bound in bounds.iter().copied().chain([f64::INFINITY]) {
                        let inside = |v: f64| v <= bound && below.is_none_or(|below| v > below);
                        push(
                            &format!("{}_bucket", family.name),
                            newest(&series.exemplars, inside),
                        );
                        below = Some(bound);
                    }
                }
                _ => {}
            }
        }
    }
    all
}
