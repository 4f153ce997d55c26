//! Types of frames that a client may ask for. Hello, heartbeat, resync, error and bye come unasked.

use std::sync::LazyLock;

use metrics_core::{EventType, event_types};

/// What all types of frames begin with.
pub(super) const PREFIX: &str = "metrics:";

/// A choice of types.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Types {
    pub(crate) snapshot: bool,
    pub(crate) delta: bool,
    pub(crate) performance: bool,
    /// The names of events, without [`PREFIX`].
    pub(crate) events: Vec<&'static str>,
}

/// The names of the events that the program can emit, in their order, each once.
pub(crate) fn events_known() -> impl Iterator<Item = &'static str> {
    static KNOWN: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
        let mut names: Vec<_> = event_types().into_iter().map(EventType::name).collect();
        // two types of one name are one type of the stream
        names.dedup();
        names
    });
    KNOWN.iter().copied()
}

impl Types {
    /// What comes to clients that name none.
    pub(crate) fn unasked() -> Self {
        Self {
            snapshot: true,
            delta: true,
            performance: false,
            events: events_known().collect(),
        }
    }

    /// Those with these names; the sentence lists all that there are.
    pub(crate) fn named(names: &[&str]) -> Result<Self, String> {
        let mut types = Self::default();
        for name in names {
            types.add(name).ok_or_else(|| unknown(name))?;
        }
        Ok(types)
    }

    fn add(&mut self, name: &str) -> Option<()> {
        match name.strip_prefix(PREFIX)? {
            "snapshot" => self.snapshot = true,
            "delta" => self.delta = true,
            "performance" => self.performance = true,
            event => {
                let event = events_known().find(|known| *known == event)?;
                if !self.events.contains(&event) {
                    self.events.push(event);
                }
            }
        }
        Some(())
    }

    /// Ends those of `others`.
    pub(crate) fn remove(&mut self, others: &Self) {
        self.snapshot &= !others.snapshot;
        self.delta &= !others.delta;
        self.performance &= !others.performance;
        self.events.retain(|event| !others.events.contains(event));
    }

    /// Whether any is of values, which a walk finds.
    pub(crate) fn has_values(&self) -> bool {
        self.snapshot || self.delta || self.performance
    }

    #[cfg(fuzzing)]
    pub(crate) fn is_empty(&self) -> bool {
        !self.has_values() && self.events.is_empty()
    }
}

fn unknown(name: &str) -> String {
    let own = ["snapshot", "delta", "performance"].into_iter();
    let known: Vec<_> = own
        .chain(events_known())
        .map(|name| format!("`{PREFIX}{name}`"))
        .collect();
    format!(
        "`{name}` is no type of frame that can be asked for; there are {}",
        known.join(", ")
    )
}
