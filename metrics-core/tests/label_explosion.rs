//! Ten million values of an open label: the total is right, memory bounded, the family named, and one warning told.

use std::thread;

use metrics_core::{Counter, LabelSet, MetricSet, Registry};

const CAP: u64 = 1_000;

/// Each of the threads brings half of them.
const VALUES: u64 = 10_000_000;
const THREADS: u64 = 2;

#[derive(Clone, Copy, LabelSet)]
struct ByUser {
    #[label(open, max = 1_000)]
    user: u64,
}

/// What users do.
#[derive(Debug, MetricSet)]
#[metrics(prefix = "explosion", register = false)]
struct Users {
    /// Calls of users.
    calls: Counter<ByUser>,
}

#[test]
fn ten_million_values_are_a_thousand_series_the_overflow_and_one_warning() {
    #[cfg(feature = "tracing")]
    let warnings = warnings::Warnings::heard();
    let registry = Registry::new();
    let users = Users::register(&registry).expect("an empty registry");
    let count = |values: std::ops::Range<u64>| {
        for user in values {
            users.calls.with(ByUser { user }).inc();
        }
    };
    // the series that there is room for, and what each thread needs
    count(0..CAP);
    let rss = resident_bytes();
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let each = VALUES / THREADS;
            scope.spawn(move || count(CAP + thread * each..CAP + (thread + 1) * each));
        }
    });
    if let (Some(before), Some(after)) = (rss, resident_bytes()) {
        let grown = after.saturating_sub(before);
        assert!(grown < 8 << 20, "{grown} bytes");
    }
    let text = registry.encode_text();
    let series: Vec<_> = text
        .lines()
        .filter(|line| line.starts_with("explosion_calls_total{"))
        .collect();
    assert_eq!(series.len() as u64, CAP + 1);
    let values = series.iter().filter_map(|line| line.rsplit_once(' '));
    let total: u64 = values.filter_map(|(_, n)| n.parse::<u64>().ok()).sum();
    assert_eq!(total, CAP + VALUES);
    let named =
        format!("metrics_label_overflows_total{{family=\"explosion_calls_total\"}} {VALUES}");
    assert!(text.lines().any(|line| line == named), "{named}");
    #[cfg(feature = "tracing")]
    {
        let told = warnings.told();
        assert_eq!(told.len(), 1, "{told:?}");
        for part in ["explosion_calls_total", "cap=1000", "label_explosion.rs:"] {
            assert!(told[0].contains(part), "no {part} in {told:?}");
        }
    }
}

/// What the process holds in memory, where the system says it.
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib * 1024)
}

#[cfg(feature = "tracing")]
mod warnings {
    use std::fmt::{Debug, Write as _};
    use std::sync::{Arc, Mutex};

    use tracing::field::{Field, Visit};
    use tracing::span::{Attributes, Id, Record};
    use tracing::{Event, Level, Metadata, Subscriber};

    /// Keeps what is told of overflowing labels.
    #[derive(Clone, Default)]
    pub(super) struct Warnings(Arc<Mutex<Vec<String>>>);

    impl Warnings {
        /// Those of all threads, from now on.
        pub(super) fn heard() -> Self {
            let warnings = Self::default();
            tracing::subscriber::set_global_default(warnings.clone()).expect("no other subscriber");
            warnings
        }

        pub(super) fn told(&self) -> Vec<String> {
            self.0.lock().expect("nobody panics").clone()
        }
    }

    struct Fields(String);

    impl Visit for Fields {
        fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
            write!(self.0, " {field}={value:?}").expect("a string takes all");
        }
    }

    impl Subscriber for Warnings {
        fn enabled(&self, metadata: &Metadata<'_>) -> bool {
            metadata.target() == "metrics_core::label_overflow"
        }

        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }

        fn record(&self, _: &Id, _: &Record<'_>) {}

        fn record_follows_from(&self, _: &Id, _: &Id) {}

        fn event(&self, event: &Event<'_>) {
            assert_eq!(*event.metadata().level(), Level::WARN);
            let mut fields = Fields(String::new());
            event.record(&mut fields);
            self.0.lock().expect("nobody panics").push(fields.0);
        }

        fn enter(&self, _: &Id) {}

        fn exit(&self, _: &Id) {}
    }
}
