//! Providers of language models, and the one way to ask them.

use std::net::SocketAddr;

use actix_web::http::StatusCode;
use awc::error::{PayloadError, SendRequestError};
use futures_util::Stream;
use metrics_core::{Label, timed};

use crate::metrics::Chatbox;
use crate::sse;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Label)]
#[label(rename_all = "lowercase")]
pub(crate) enum Provider {
    OpenAi,
    Anthropic,
    Dify,
}

impl Provider {
    pub(crate) const ALL: [Self; 3] = [Self::OpenAi, Self::Anthropic, Self::Dify];
}

/// Why a provider gave no answer, or no whole one.
#[derive(Debug)]
pub(crate) enum LlmError {
    Unreachable,
    Refused(StatusCode),
    BrokenOff,
}

impl LlmError {
    /// Whether another try may go better.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            Self::Refused(status) => {
                *status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error()
            }
            Self::Unreachable | Self::BrokenOff => true,
        }
    }
}

impl From<SendRequestError> for LlmError {
    fn from(_: SendRequestError) -> Self {
        Self::Unreachable
    }
}

impl From<PayloadError> for LlmError {
    fn from(_: PayloadError) -> Self {
        Self::BrokenOff
    }
}

/// A client of all providers.
pub(crate) struct Providers {
    client: awc::Client,
    addresses: [SocketAddr; Provider::ALL.len()],
}

impl Providers {
    pub(crate) fn at(addresses: [SocketAddr; Provider::ALL.len()]) -> Self {
        Self {
            client: awc::Client::default(),
            addresses,
        }
    }

    /// Asks once. The answer comes token by token, and is timed until the first of them.
    #[timed(
        Chatbox::llm_latency,
        labels(provider),
        counter = Chatbox::llm_requests,
        stream = first_item,
        slo(p95 < "1280ms")
    )]
    pub(crate) async fn ask(
        &self,
        provider: Provider,
        prompt: &str,
    ) -> Result<impl Stream<Item = Result<String, LlmError>> + use<>, LlmError> {
        let url = format!("http://{}/chat", self.addresses[provider as usize]);
        let answer = self.client.post(url).send_body(prompt.to_owned()).await?;
        match answer.status() {
            StatusCode::OK => Ok(sse::tokens(answer)),
            status => Err(LlmError::Refused(status)),
        }
    }
}
