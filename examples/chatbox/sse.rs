//! Tokens as server-sent events, which is how providers stream: `data: a token`, and an empty line.

use awc::error::PayloadError;
use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt, stream};

use crate::provider::LlmError;

const BEFORE: &[u8] = b"data: ";
const AFTER: &[u8] = b"\n\n";
const DONE: &str = "[DONE]";

/// The event of a token.
pub(crate) fn event(token: &str) -> Bytes {
    [BEFORE, token.as_bytes(), AFTER].concat().into()
}

/// The event that says that the answer is complete.
pub(crate) fn done() -> Bytes {
    event(DONE)
}

/// The tokens of an answer, up to its end; one that does not say so has broken off.
pub(crate) fn tokens(
    body: impl Stream<Item = Result<Bytes, PayloadError>> + Unpin,
) -> impl Stream<Item = Result<String, LlmError>> {
    stream::try_unfold((body, BytesMut::new()), |(mut body, mut read)| async move {
        loop {
            if let Some(token) = next_token(&mut read) {
                return Ok((token != DONE).then_some((token, (body, read))));
            }
            let chunk = body.next().await.ok_or(LlmError::BrokenOff)??;
            read.extend_from_slice(&chunk);
        }
    })
}

/// Takes the first event off what was read, if all of it has come.
fn next_token(read: &mut BytesMut) -> Option<String> {
    let end = read.windows(AFTER.len()).position(|bytes| bytes == AFTER)?;
    let event = read.split_to(end + AFTER.len());
    let token = event.strip_prefix(BEFORE)?.strip_suffix(AFTER)?;
    Some(String::from_utf8_lossy(token).into_owned())
}
