//! What the server says to whoever runs it: by `tracing`, and on standard error in a program that has no subscriber, which
//! would else not be told. No secret comes here, and nothing that a client sent but by [`printable`].

use std::borrow::Cow;

/// Something that should be mended.
pub(crate) fn warn(message: &str) {
    if tracing::dispatcher::has_been_set() {
        tracing::warn!("{message}");
    } else {
        eprintln!("metrics-server: {message}");
    }
}

/// Something that was waited for, and has happened.
#[cfg(feature = "tls")]
pub(crate) fn info(message: &str) {
    tracing::info!("{message}");
}

/// Something that was to be expected, for those who look for its reason.
#[cfg_attr(
    not(any(feature = "auth", feature = "tls")),
    expect(dead_code, reason = "nothing else tells what was to be expected")
)]
pub(crate) fn debug(message: &str) {
    tracing::debug!("{message}");
}

/// A text of a client, as it can stand in a line: cut, and without what moves a cursor.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    const LONGEST: usize = 100;
    let is_plain = |c: char| !c.is_control();
    if text.len() <= LONGEST && text.chars().all(is_plain) {
        return text.into();
    }
    let shown = text.chars().filter(|&c| is_plain(c));
    shown.take(LONGEST).collect::<String>().into()
}
