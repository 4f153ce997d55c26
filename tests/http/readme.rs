//! What the README shows of one declaration: it is the declaration below, and what comes of it is what the README says.

use metrics_core::{Gauge, Histogram, Label, LabelSet, MetricSet, Outcome, timed};
use metrics_server::Artifacts;

#[derive(Clone, Copy, Label)]
enum Provider {
    OpenAi,
    Anthropic,
}

#[derive(Clone, Copy, LabelSet)]
struct ByOutcome {
    provider: Provider,
    outcome: Outcome,
}

struct Answer;
struct LlmError;

// as in the README
#[rustfmt::skip]
mod shown {
    use super::{Answer, ByOutcome, Gauge, Histogram, LlmError, MetricSet, Provider, timed};

#[derive(MetricSet)]
#[metrics(prefix = "chatbox")]
struct Llm {
    /// Time to a complete answer.
    #[metric(unit = "seconds", buckets = exponential(0.01, 2.0, 12))]
    latency: Histogram<ByOutcome>,
    /// Sessions that are open.
    #[metric(hpa(average = 100, min = 2, max = 10))]
    #[metric(alert(name = "TooManySessions", expr = "> 1000", for = "5m", severity = "warning",
                   summary = "{{ $value }} sessions at {{ $labels.instance }}."))]
    sessions: Gauge,
}

#[timed(Llm::latency, labels(provider), slo(p99 < "5.12s", success > 99.9))]
pub(super) async fn ask(provider: Provider, prompt: &str) -> Result<Answer, LlmError> {
        if prompt.is_empty() { Err(LlmError) } else { Ok(Answer) }
    }
}

/// The blocks of a language in the README's section about it.
fn blocks(language: &str) -> Vec<&'static str> {
    let readme = include_str!("../../README.md");
    let (_, section) = readme
        .split_once("\n## One declaration, and what comes of it\n")
        .expect("the section");
    let (section, _) = section.split_once("\n## ").expect("the next section");
    let begin = format!("```{language}\n");
    let blocks = section.split(begin.as_str()).skip(1);
    blocks
        .map(|block| block.split_once("\n```").expect("its end").0)
        .collect()
}

#[test]
fn the_declaration_in_the_readme_compiles() {
    let here = include_str!("readme.rs");
    let [declaration] = blocks("rust")[..] else {
        panic!("one block of Rust");
    };
    let (declared, main) = declaration.split_once("\nfn main").expect("its `main`");
    assert!(main.contains("metrics_server::artifacts_cli();"));
    for line in declared.lines() {
        let line = line.split(" { …").next().unwrap_or(line);
        let line = line.strip_prefix("async fn").unwrap_or(line).trim();
        assert!(here.contains(line), "{line}");
    }
    for prompt in ["", "Hello?"] {
        drop(shown::ask(Provider::OpenAi, prompt));
        drop(shown::ask(Provider::Anthropic, prompt));
    }
}

#[test]
fn what_the_readme_shows_is_what_is_generated() {
    let files = Artifacts::global().name("chatbox").files().expect("right");
    let generated: String = files.into_iter().map(|file| file.content + "\n").collect();
    // the function of the README is in a crate of its own
    let module = module_path!();
    let generated = generated.replace(&format!("{module}::shown"), "chatbox");
    let blocks = blocks("yaml");
    assert_eq!(blocks.len(), 2);
    for piece in blocks.iter().flat_map(|block| block.split("\n…\n")) {
        assert!(generated.contains(piece), "{piece}");
    }
}
