//! The example of DESIGN.md, as a program.

use metrics_core::{
    Counter, Gauge, Histogram, Label, LabelSet, MetricSet, Outcome, Registry, timed,
};
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

#[derive(Clone, Copy, Label)]
#[label(rename_all = "snake_case")]
enum Provider {
    OpenAi,
    Anthropic,
    Dify,
}

#[derive(Clone, Copy, LabelSet)]
struct ByProvider {
    provider: Provider,
}

#[derive(Clone, Copy, LabelSet)]
struct ByOutcome {
    provider: Provider,
    outcome: Outcome,
}

/// What the chat back end spends on language models.
#[derive(MetricSet)]
#[metrics(prefix = "chatbox")]
struct Llm {
    /// LLM requests by provider.
    llm_requests: Counter<ByProvider>,
    /// Time to a complete answer.
    #[metric(unit = "seconds", buckets = exponential(0.01, 2.0, 12))]
    llm_latency: Histogram<ByOutcome>,
    /// Requests in flight.
    llm_in_flight: Gauge,
    /// Jobs waiting, read when scraped.
    #[metric(read = queue::len)]
    queue_size: Gauge,
}

const LINE: u32 = line!() - 11; // of `llm_requests`

mod queue {
    pub fn len() -> usize {
        7
    }
}

struct Answer;
struct LlmError;

#[timed(Llm::llm_latency, labels(provider = provider), in_flight = Llm::llm_in_flight)]
async fn ask(provider: Provider, prompt: &str) -> Result<Answer, LlmError> {
    Llm::global()
        .llm_requests
        .with(ByProvider { provider })
        .inc();
    if prompt.is_empty() { Err(LlmError) } else { Ok(Answer) }
}

fn main() {
    let mut cx = Context::from_waker(Waker::noop());
    for (provider, prompt) in [(Provider::OpenAi, "hi"), (Provider::Dify, "")] {
        let Poll::Ready(answer) = pin!(ask(provider, prompt)).poll(&mut cx) else {
            panic!("nothing to wait for");
        };
        assert_eq!(answer.is_ok(), !prompt.is_empty());
    }
    let _ = Provider::Anthropic;

    assert_eq!(Llm::SET.name, "Llm");
    assert_eq!(Llm::SET.help, "What the chat back end spends on language models.");
    assert_eq!(Llm::SET.source.package, env!("CARGO_PKG_NAME"));
    let source = Llm::SET.families[0].source();
    assert!(source.file.ends_with("design_example.rs"), "{source}");
    assert_eq!(source.line, LINE);
    assert_eq!(source.module, module_path!());
    assert_eq!(Llm::SET.families[1].bounds().last(), Some(&20.48));
    let text = Registry::global().encode_text();
    for line in [
        "# HELP chatbox_llm_requests_total LLM requests by provider.",
        "# TYPE chatbox_llm_latency_seconds histogram",
        "chatbox_llm_requests_total{provider=\"open_ai\"} 1",
        "chatbox_llm_requests_total{provider=\"anthropic\"} 0",
        "chatbox_llm_latency_seconds_count{provider=\"open_ai\",outcome=\"ok\"} 1",
        "chatbox_llm_latency_seconds_count{provider=\"dify\",outcome=\"error\"} 1",
        "chatbox_llm_latency_seconds_count{provider=\"anthropic\",outcome=\"cancelled\"} 0",
        "chatbox_llm_in_flight 0",
        "chatbox_queue_size 7",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
}
