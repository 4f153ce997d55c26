//! Infos: what does not change while the program runs, or seldom, told by the labels of one series.

use std::fmt;
use std::marker::PhantomData;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::family::label_text;
use super::field::{Metric, MetricField};
use super::labels::Labels;
use super::number::Number;
use super::{Point, Value};
use crate::declare::{Descriptor, Kind, LabelDescriptor, LabelSet};

/// What something is, as labels: a version, a revision, a configuration. Its one series has the value 1, and is there
/// from the first [`Info::set`] on.
///
/// It is exposed with the suffix `_info`. A clone is the same info. Setting it takes a lock.
///
/// ```
/// use metrics_core::{Info, LabelSet, MetricSet, Registry};
///
/// #[derive(LabelSet)]
/// struct Build<'a> {
///     #[label(open, max = 1)]
///     version: &'a str,
///     #[label(open, max = 1)]
///     revision: &'a str,
/// }
///
/// /// An application.
/// #[derive(MetricSet)]
/// #[metrics(prefix = "app", register = false)]
/// struct App {
///     /// What was built.
///     build: Info<Build<'static>>,
/// }
///
/// let registry = Registry::new();
/// let app = App::register(&registry)?;
/// app.build.set(Build { version: env!("CARGO_PKG_VERSION"), revision: "ab12" });
/// app.build.set(Build { version: "1.2.0", revision: "cd34" });
/// assert_eq!(registry.encode_text(), "\
/// ## HELP app_build_info What was built.
/// ## TYPE app_build_info gauge
/// app_build_info{version=\"1.2.0\",revision=\"cd34\"} 1
/// ");
/// # Ok::<(), metrics_core::Error>(())
/// ```
pub struct Info<L> {
    series: Arc<Series>,
    labels: PhantomData<fn(L)>,
}

/// The label text of the series, if there is one.
#[derive(Debug, Default)]
struct Series(Mutex<Option<Arc<str>>>);

impl Series {
    /// Every change is one assignment, so a panic elsewhere leaves nothing half-done.
    fn text(&self) -> MutexGuard<'_, Option<Arc<str>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<L: LabelSet> Info<L> {
    /// Tells `labels`, and no others any longer.
    pub fn set(&self, labels: L::Borrowed<'_>) {
        // code of users may run here, and not under the lock
        let text: Arc<str> = label_text::<L>(&labels).into();
        *self.series.text() = Some(text);
    }
}

impl<L> Clone for Info<L> {
    fn clone(&self) -> Self {
        Self {
            series: Arc::clone(&self.series),
            labels: PhantomData,
        }
    }
}

impl Metric for Series {
    fn read(&self, visit: &mut dyn FnMut(&Point<'_>) -> ControlFlow<()>) -> ControlFlow<()> {
        let text = self.text().clone();
        text.map_or(ControlFlow::Continue(()), |text| {
            let one = Value::Number(Number::Unsigned(1));
            visit(&Point::new(Labels::rendered(&text), one))
        })
    }

    fn runs_user_code(&self) -> bool {
        false
    }
}

impl<L: LabelSet> MetricField for Info<L> {
    const KIND: Kind = Kind::Info;
    const LABELS: &'static [LabelDescriptor] = L::LABELS;

    fn new(_: &'static Descriptor) -> Self {
        Self {
            series: Arc::default(),
            labels: PhantomData,
        }
    }

    fn handle(&self) -> Arc<dyn Metric> {
        Arc::clone(&self.series) as _
    }
}

impl<L> fmt::Debug for Info<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Info").field(&*self.series.text()).finish()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::update::poison;

    #[test]
    fn a_poisoned_lock_is_locked() {
        let series = Series::default();
        poison(&series.0);
        *series.text() = Some("a=\"b\"".into());
        assert_eq!(series.text().as_deref(), Some("a=\"b\""));
    }
}
