//! All keys: where each stands and what may be written there. What it means is said in `docs/settings.md`, and what it does
//! is `resolve`'s.

use super::kind::Kind;
use super::path::KeyPath;

/// One key.
pub(super) struct Key {
    /// Where it stands, with `*` for a name of the user's: `auth.basic.*.hash`.
    pub(super) path: &'static str,
    pub(super) kind: Kind,
    /// The key beside it that says the same in another way: of two from different places the later counts.
    pub(super) instead: Option<&'static str>,
    pub(super) feature: Option<Feature>,
}

/// What a build may be without.
#[derive(Clone, Copy)]
pub(super) enum Feature {
    Tls,
    Auth,
}

impl Feature {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Tls => "tls",
            Self::Auth => "auth",
        }
    }

    pub(super) fn is_there(self) -> bool {
        match self {
            Self::Tls => cfg!(feature = "tls"),
            Self::Auth => cfg!(feature = "auth"),
        }
    }
}

/// The table of the further listeners, which stand in it by their names.
pub(super) const LISTENERS: &str = "listener";

const fn key(path: &'static str, kind: Kind) -> Key {
    Key {
        path,
        kind,
        instead: None,
        feature: None,
    }
}

const fn of_tls(path: &'static str, kind: Kind) -> Key {
    Key {
        feature: Some(Feature::Tls),
        ..key(path, kind)
    }
}

const fn of_auth(path: &'static str, kind: Kind) -> Key {
    Key {
        feature: Some(Feature::Auth),
        ..key(path, kind)
    }
}

impl Key {
    const fn instead_of(self, other: &'static str) -> Self {
        Self {
            instead: Some(other),
            ..self
        }
    }
}

/// The keys of a listener: at the top those of the first, which the further ones take over as far as they protect.
const OF_LISTENERS: &[Key] = &[
    key("address", Kind::Address).instead_of("unix"),
    key("unix", Kind::Socket).instead_of("address"),
    key("mode", Kind::Mode),
    key("serves", Kind::Choice(&["all", "scrape", "page"])),
    key("hosts", Kind::Hosts),
    key("networks", Kind::Networks),
    key("open_to_all", Kind::Flag),
    of_tls("tls.cert", Kind::File),
    of_tls("tls.key", Kind::File),
    of_tls("tls.client_ca", Kind::File),
    of_tls("tls.client_crl", Kind::File),
    of_tls("tls.client_auth", Kind::Choice(&["required", "optional"])),
    of_tls("tls.client_names", Kind::Texts),
    of_tls("tls.min_version", Kind::Choice(&["1.2", "1.3"])),
    of_tls("tls.hsts_max_age", Kind::Duration),
    of_auth("auth.token", Kind::Secret).instead_of("token_file"),
    of_auth("auth.token_file", Kind::File).instead_of("token"),
    of_auth("auth.basic.*.hash", Kind::Secret).instead_of("hash_file"),
    of_auth("auth.basic.*.hash_file", Kind::File).instead_of("hash"),
    of_auth("auth.protect_health", Kind::Flag),
    of_auth("auth.accept_client_certificates", Kind::Flag),
];

/// The keys of a further listener alone: what it does not take over.
const OF_FURTHER: &[Key] = &[
    key("without_tls", Kind::Flag),
    key("without_auth", Kind::Flag),
];

/// The keys of what all listeners serve.
const OF_EXPORTER: &[Key] = &[
    key("page", Kind::Flag),
    key("allowed_origins", Kind::Origins),
    key("created_samples", Kind::Flag),
    key("default_collectors", Kind::Flag),
    key("limits.stream_clients", Kind::Number { most: 1_000_000 }),
    key(
        "limits.stream_clients_per_address",
        Kind::Number { most: 1_000_000 },
    ),
];

/// What stands at a path.
pub(super) enum Found {
    Key(&'static Key),
    /// Keys stand below it.
    Table,
    Nothing,
}

pub(super) fn find(path: &KeyPath) -> Found {
    let mut found = Found::Nothing;
    let (listed, path) = listed(path);
    if path.is_empty() {
        return Found::Table;
    }
    for key in listed {
        let pattern: Vec<_> = key.path.split('.').collect();
        if begins(&pattern, path) {
            if pattern.len() == path.len() {
                return Found::Key(key);
            }
            found = Found::Table;
        }
    }
    found
}

/// What may stand in the table at this path, each once; `NAME` where it is for the user to say.
pub(super) fn children(table: &KeyPath) -> Vec<&'static str> {
    let mut children = Vec::new();
    if table.is_in_listeners() && table.segments().len() == 1 {
        return vec!["NAME"];
    }
    let (keys, path) = listed(table);
    for key in keys {
        let pattern: Vec<_> = key.path.split('.').collect();
        if begins(&pattern, path)
            && let Some(&child) = pattern.get(path.len())
        {
            let child = if child == "*" { "NAME" } else { child };
            if !children.contains(&child) {
                children.push(child);
            }
        }
    }
    if table.segments().is_empty() {
        children.push(LISTENERS);
    }
    children
}

/// The keys that may be at this path, and what is left of it in their table.
fn listed(path: &KeyPath) -> (impl Iterator<Item = &'static Key>, &[String]) {
    let further = path.is_in_listeners();
    let (beside, rest) = if further {
        (OF_FURTHER, path.segments().get(2..).unwrap_or_default())
    } else {
        (OF_EXPORTER, path.segments())
    };
    (OF_LISTENERS.iter().chain(beside), rest)
}

fn begins(pattern: &[&str], path: &[String]) -> bool {
    path.len() <= pattern.len()
        && pattern
            .iter()
            .zip(path)
            .all(|(&of, segment)| of == "*" || of == segment)
}

#[cfg(test)]
pub(super) fn all() -> Vec<&'static Key> {
    [OF_LISTENERS, OF_FURTHER, OF_EXPORTER]
        .into_iter()
        .flatten()
        .collect()
}
