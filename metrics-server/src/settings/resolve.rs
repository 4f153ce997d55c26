//! What settings come to: listeners, and what is said to an exporter. Here stand the rules between keys; all that is wrong
//! is told at once.

use super::Settings;
use super::keys::{Found, LISTENERS, find};
use super::protection::Protection;
use super::table::Table;
use crate::listen::{Listener, Serves};

impl Settings {
    /// The first listener and the further ones.
    pub(super) fn listeners(&self) -> Result<(Listener, Vec<Listener>), Vec<String>> {
        let mut problems = Vec::new();
        let mut listeners = self.resolved(&mut problems).into_iter();
        match listeners.next() {
            Some(first) if problems.is_empty() => Ok((first, listeners.collect())),
            _ => Err(problems),
        }
    }

    /// All listeners, as far as they can be made; they count if there are no problems.
    pub(super) fn resolved(&self, problems: &mut Vec<String>) -> Vec<Listener> {
        self.check_pairs(problems);
        let top = Table::top(self);
        let shared = Protection::of(&top, problems);
        let mut listeners = Vec::new();
        let further = top.table(LISTENERS).tables();
        if top.has("address") || top.has("unix") {
            listeners.extend(listener(&top, &top, shared.clone(), problems));
        } else {
            for key in ["mode", "serves", "open_to_all"] {
                top.wrong(
                    key,
                    "is of a listener at the top, which has no `address` and no `unix`",
                    problems,
                );
            }
            if further.is_empty() {
                problems.push("nothing says where to listen; set `address` or `unix`".to_owned());
            }
        }
        for (_, table) in further {
            let protection = Protection::of(&table, problems).or(&shared, &table, problems);
            if !table.has("address") && !table.has("unix") {
                table.wrong_here(
                    "does not say where to listen; set its `address` or `unix`",
                    problems,
                );
            }
            listeners.extend(listener(&table, &top, protection, problems));
        }
        listeners
    }

    /// Of two keys that say the same, one source has but one.
    fn check_pairs(&self, problems: &mut Vec<String>) {
        for (path, setting) in &self.settings {
            if let Found::Key(key) = find(path)
                && let Some(other) = key.instead
                && path.last() < other
                && let Some(beside) = self.settings.get(&path.parent().child(other))
            {
                let (origin, beside) = (&setting.origin, &beside.origin);
                problems.push(format!(
                    "{origin}: `{path}` stands beside `{other}`, at {beside}; leave one out"
                ));
            }
        }
    }
}

/// The listener of this table; `hosts` and `networks` are those of the top where it says nothing: what is forgotten
/// protects.
fn listener(
    of: &Table<'_>,
    top: &Table<'_>,
    protection: Protection,
    problems: &mut Vec<String>,
) -> Option<Listener> {
    let (mut listener, is_unix) = match (of.text("address"), of.text("unix")) {
        (Some(address), _) => (Listener::tcp(address), false),
        (None, Some(path)) => (Listener::unix(path), true),
        (None, None) => return None,
    };
    if is_unix {
        of.wrong(
            "networks",
            "says nothing of a Unix socket; its `mode` does",
            problems,
        );
        if let Some(mode) = of.mode("mode") {
            listener = listener.mode(mode);
        }
    } else {
        of.wrong(
            "mode",
            "is of a Unix socket, and `address` is none",
            problems,
        );
        if let Some(networks) = of.list("networks").or_else(|| top.list("networks")) {
            listener = listener.networks(networks);
        }
    }
    if let Some(hosts) = of.list("hosts").or_else(|| top.list("hosts")) {
        listener = listener.hosts(hosts);
    }
    listener = listener.serves(match of.text("serves") {
        Some("scrape") => Serves::Scrape,
        Some("page") => Serves::Page,
        _ => Serves::All,
    });
    if of.flag("open_to_all") == Some(true) {
        listener = listener.open_to_all();
    }
    Some(protection.put(listener))
}
