//! A page in one browser: its components, and how they were rendered last.

use metrics_core::timed;

use crate::component::{Component, Event, Refused, Surroundings};
use crate::diff::{Slots, diff};
use crate::metrics::LiveView;
use crate::pubsub::News;

pub(crate) struct Page {
    components: Vec<Component>,
    visitors: usize,
    rendered: Slots,
}

impl Page {
    pub(crate) fn mount() -> Self {
        let components = Component::all();
        LiveView::global()
            .component_instances
            .add(components.len() as i64);
        let mut page = Self {
            components,
            visitors: 1,
            rendered: Slots::new(),
        };
        page.rendered = page.render();
        page
    }

    /// The whole page, as it was rendered last.
    pub(crate) fn rendered(&self) -> &Slots {
        &self.rendered
    }

    #[timed(LiveView::event_latency, labels(event_type = event.r#type))]
    pub(crate) async fn handle(
        &mut self,
        event: &Event,
        around: &Surroundings,
    ) -> Result<(), Refused> {
        for component in &mut self.components {
            component.handle(event, around).await?;
        }
        Ok(())
    }

    pub(crate) fn notice(&mut self, news: &News) {
        if let News::Present { visitors } = news {
            self.visitors = *visitors;
        }
        for component in &mut self.components {
            component.notice(news);
        }
    }

    /// Renders the page anew; returns what has changed of it.
    pub(crate) fn update(&mut self) -> Slots {
        let rendered = self.render();
        let changed = diff(&self.rendered, &rendered);
        self.rendered = rendered;
        changed
    }

    #[timed(LiveView::render_latency)]
    fn render(&self) -> Slots {
        let mut slots: Slots = self.components.iter().map(Component::render).collect();
        slots.insert("visitors", format!("{} here", self.visitors));
        slots
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        LiveView::global()
            .component_instances
            .sub(self.components.len() as i64);
    }
}
