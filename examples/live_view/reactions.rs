//! A plug-in that counts how visitors react. Its metrics are there while it is.

use std::sync::Arc;

use metrics_core::{Counter, Error, Label, LabelSet, MetricSet, Registry};

use crate::component::Event;
use crate::plugin::Plugin;

#[derive(Clone, Copy, Label)]
enum Reaction {
    Thanks,
    Laughter,
    Other,
}

#[derive(Clone, Copy, LabelSet)]
struct ByReaction {
    reaction: Reaction,
}

/// Reactions of visitors.
#[derive(MetricSet)]
#[metrics(prefix = "reactions", register = false)]
pub(crate) struct ReactionMetrics {
    /// Reactions seen in events.
    seen: Counter<ByReaction>,
}

pub(crate) struct Reactions(Arc<ReactionMetrics>);

impl Reactions {
    pub(crate) fn load(registry: &Registry) -> Result<Arc<dyn Plugin>, Error> {
        Ok(Arc::new(Self(ReactionMetrics::register(registry)?)))
    }
}

impl Plugin for Reactions {
    fn handle(&self, event: &Event) {
        let reaction = match event.value.as_str() {
            "thanks" => Reaction::Thanks,
            "ha ha" => Reaction::Laughter,
            _ => Reaction::Other,
        };
        self.0.seen.with(ByReaction { reaction }).inc();
    }

    fn unload(&self, registry: &Registry) {
        registry.unregister(&self.0);
    }
}
