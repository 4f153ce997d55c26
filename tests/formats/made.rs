//! Families whose series are given whole, with whatever a series may have.

use std::ops::ControlFlow;

use metrics_core::{Exemplar, FamilySnapshot, LabelText, Metric, Point};

/// A family, and for each of its series when it began.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    pub(crate) family: FamilySnapshot,
    pub(crate) created: Vec<u64>,
}

/// Labels, rendered.
pub(crate) fn rendered(pairs: &[(String, String)]) -> LabelText {
    let mut text = LabelText::default();
    for (name, value) in pairs {
        text.push(name, value);
    }
    text
}

impl Metric for Made {
    fn read(&self, visit: &mut dyn FnMut(&Point<'_>) -> ControlFlow<()>) -> ControlFlow<()> {
        let mut series = self.family.series.iter().zip(&self.created);
        series.try_for_each(|(series, created)| {
            let labels = rendered(&series.labels);
            let texts = series.exemplars.iter().map(|e| rendered(&e.labels));
            let texts: Vec<_> = texts.collect();
            let exemplars = series.exemplars.iter().zip(&texts);
            let exemplars: Vec<_> = exemplars
                .map(|(e, labels)| Exemplar::new(labels.labels(), e.value, e.millis))
                .collect();
            series.value.with_value(|value| {
                let point = Point::new(labels.labels(), *value);
                visit(&point.created(*created).exemplars(&exemplars))
            })
        })
    }

    fn runs_user_code(&self) -> bool {
        // so that the registry has no family of its own that counts panics
        false
    }
}
