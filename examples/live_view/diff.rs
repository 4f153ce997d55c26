//! What has changed of a page: its slots that are not as they were.

use std::collections::BTreeMap;

use crate::metrics::LiveView;

/// The HTML of each place in a page.
pub(crate) type Slots = BTreeMap<&'static str, String>;

/// The slots that are new or other than before.
pub(crate) fn diff(before: &Slots, after: &Slots) -> Slots {
    let timer = LiveView::global().diff_latency.start_timer();
    let changed: Slots = after
        .iter()
        .filter(|(place, html)| before.get(*place) != Some(html))
        .map(|(place, html)| (*place, html.clone()))
        .collect();
    timer.stop_ok();
    let size = changed.values().map(String::len).sum::<usize>();
    LiveView::global().diff_size.observe(size as u64);
    changed
}
