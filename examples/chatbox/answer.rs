//! An answer to a user's message: from a provider, and if that one fails, from the next.

use std::pin::pin;

use actix_ws::Session;
use futures_util::StreamExt;

use crate::metrics::{ByProvider, Chatbox};
use crate::provider::{LlmError, Provider, Providers};

const TRIES: usize = 3;

/// Why a message has no answer, or no whole one.
pub(crate) enum Unanswered {
    /// The user has left.
    Left,
    /// The providers have failed.
    Failed,
}

impl From<actix_ws::Closed> for Unanswered {
    fn from(_: actix_ws::Closed) -> Self {
        Self::Left
    }
}

/// Answers a message token by token. Each provider is tried in turn, until one has said something.
pub(crate) async fn answer(
    providers: &Providers,
    preferred: Provider,
    message: &str,
    user: &mut Session,
) -> Result<(), Unanswered> {
    let turns = Provider::ALL.into_iter().cycle();
    for provider in turns.skip(preferred as usize).take(TRIES) {
        let mut said = 0;
        match pass_on(providers, provider, message, user, &mut said).await? {
            Ok(()) => return Ok(()),
            Err(error) => {
                let errors = &Chatbox::global().llm_errors;
                errors.with(ByProvider { provider }).inc();
                // what was said cannot be taken back
                if said > 0 || !error.is_passing() {
                    break;
                }
            }
        }
    }
    Err(Unanswered::Failed)
}

/// Passes the tokens of one provider on to the user.
async fn pass_on(
    providers: &Providers,
    provider: Provider,
    message: &str,
    user: &mut Session,
    said: &mut usize,
) -> Result<Result<(), LlmError>, actix_ws::Closed> {
    let mut tokens = match providers.ask(provider, message).await {
        Ok(tokens) => pin!(tokens),
        Err(error) => return Ok(Err(error)),
    };
    let used = &Chatbox::global().tokens_used;
    while let Some(token) = tokens.next().await {
        match token {
            Ok(token) => {
                used.with(ByProvider { provider }).inc();
                user.text(token).await?;
                *said += 1;
            }
            Err(error) => return Ok(Err(error)),
        }
    }
    Ok(Ok(()))
}
