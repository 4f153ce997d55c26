//! Exemplars that updates take by themselves from the spans of OpenTelemetry and of `tracing`.

#![cfg(any(feature = "opentelemetry", feature = "tracing"))]

use std::ops::ControlFlow;
use std::sync::Arc;

use metrics_core::{Histogram, Metric, MetricField, MetricSet, Registry};

/// A shop.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Shop {
    /// Time of requests.
    #[metric(exemplars, unit = "seconds", buckets = [1.0])]
    latency: Histogram,
}

fn shop() -> Arc<Shop> {
    Shop::register(&Registry::new()).expect("an empty registry")
}

/// The labels of a metric's exemplars.
fn labels(metric: &impl MetricField) -> Vec<String> {
    let mut seen = Vec::new();
    let metric: Arc<dyn Metric> = metric.handle();
    let _ = metric.read(&mut |point| {
        let exemplars = point.exemplars.iter();
        seen.extend(exemplars.map(|one| one.labels.as_str().to_owned()));
        ControlFlow::Continue(())
    });
    seen
}

/// The labels of the exemplar that an observation takes now.
fn taken() -> Vec<String> {
    let shop = shop();
    shop.latency.observe(0.5);
    labels(&shop.latency)
}

#[cfg(feature = "opentelemetry")]
mod opentelemetry_spans {
    use std::pin::pin;
    use std::task::{Poll, Waker};

    use metrics_core::timed;
    use opentelemetry::Context;
    use opentelemetry::trace::{
        SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState,
    };

    use super::*;

    const TRACE: u128 = 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736;

    fn span(id: u64, flags: TraceFlags) -> Context {
        let trace = TraceId::from(if id == 0 { 0 } else { TRACE });
        let span = SpanContext::new(trace, id.into(), flags, false, TraceState::NONE);
        Context::new().with_remote_span_context(span)
    }

    fn of(id: u64) -> String {
        let span = SpanId::from(id);
        format!("trace_id=\"{TRACE:032x}\",span_id=\"{span}\"")
    }

    #[test]
    fn a_sampled_span_is_what_an_update_was_caused_by() {
        let outer = span(0xf0, TraceFlags::SAMPLED).attach();
        assert_eq!(
            taken(),
            ["trace_id=\"4bf92f3577b34da6a3ce929d0e0e4736\",span_id=\"00000000000000f0\""]
        );
        {
            let _inner = span(2, TraceFlags::SAMPLED).attach();
            assert_eq!(taken(), [of(2)]);
        }
        assert_eq!(taken(), [of(0xf0)]);
        drop(outer);
        assert_eq!(taken(), [""; 0]);
    }

    #[test]
    fn what_no_trace_will_show_is_no_exemplar() {
        let unsampled = span(1, TraceFlags::default()).attach();
        assert_eq!(taken(), [""; 0]);
        drop(unsampled);
        let _invalid = span(0, TraceFlags::SAMPLED).attach();
        assert_eq!(taken(), [""; 0]);
    }

    #[test]
    fn a_bucket_waits_for_a_span_that_is_sampled() {
        let shop = shop();
        shop.latency.observe(0.5);
        {
            let _unsampled = span(1, TraceFlags::default()).attach();
            shop.latency.observe(0.5);
        }
        let _sampled = span(2, TraceFlags::SAMPLED).attach();
        shop.latency.observe(0.5);
        assert_eq!(labels(&shop.latency), [of(2)]);
    }

    /// Calls.
    #[derive(MetricSet)]
    struct Calls {
        /// Time of calls.
        #[metric(exemplars, unit = "seconds", buckets = [1000.0])]
        latency: Histogram,
    }

    #[timed(Calls::latency)]
    async fn call() {
        let mut polled = false;
        let twice = std::future::poll_fn(|_| {
            if std::mem::replace(&mut polled, true) {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        });
        twice.await;
    }

    #[test]
    fn a_future_has_the_span_of_the_poll_in_which_it_ends() {
        let mut context = std::task::Context::from_waker(Waker::noop());
        let mut call = pin!(call());
        for (id, ready) in [(1, false), (2, true)] {
            let _current = span(id, TraceFlags::SAMPLED).attach();
            assert_eq!(call.as_mut().poll(&mut context).is_ready(), ready);
        }
        assert_eq!(labels(&Calls::global().latency), [of(2)]);
    }

    #[test]
    fn the_span_of_a_thread_that_is_torn_down_is_not_asked_for() {
        struct Last(Arc<Shop>);

        impl Drop for Last {
            fn drop(&mut self) {
                // another bucket, which has no exemplar yet
                self.0.latency.observe(5.0);
            }
        }

        thread_local! {
            static BEFORE: std::cell::RefCell<Option<Last>> = const { std::cell::RefCell::new(None) };
        }

        let shop = shop();
        let panics = std::panic::take_hook();
        // a panic that is caught prints all the same, so there is to be none
        std::panic::set_hook(Box::new(move |panic| {
            if std::thread::current().name() == Some("torn down") {
                std::process::abort();
            }
            panics(panic);
        }));
        let thread = std::thread::Builder::new().name(String::from("torn down"));
        let ends = thread.spawn({
            let shop = Arc::clone(&shop);
            move || {
                BEFORE.set(Some(Last(Arc::clone(&shop))));
                let _current = span(1, TraceFlags::SAMPLED).attach();
                shop.latency.observe(0.5);
            }
        });
        ends.expect("there are threads")
            .join()
            .expect("it does not panic");
        let mut counts = Vec::new();
        let _ = shop.latency.read(&mut |point| {
            if let metrics_core::Value::Histogram(buckets) = point.value {
                counts.push(buckets.count);
            }
            ControlFlow::Continue(())
        });
        assert_eq!(counts, [2]);
    }
}

#[cfg(feature = "tracing")]
mod tracing_spans {
    use std::sync::Mutex;

    use tracing::span::{Attributes, Id, Record};
    use tracing::{Event, Metadata, Subscriber};
    use tracing_core::span::Current;

    use super::*;

    /// Knows which span is current, of the one thread that it is used on.
    #[derive(Default)]
    struct Spans {
        all: Mutex<Vec<&'static Metadata<'static>>>,
        entered: Mutex<Vec<Id>>,
    }

    impl Subscriber for Spans {
        fn enabled(&self, _: &Metadata<'_>) -> bool {
            true
        }

        fn new_span(&self, attributes: &Attributes<'_>) -> Id {
            let mut all = self.all.lock().expect("nobody panics");
            all.push(attributes.metadata());
            Id::from_u64(all.len() as u64)
        }

        fn record(&self, _: &Id, _: &Record<'_>) {}

        fn record_follows_from(&self, _: &Id, _: &Id) {}

        fn event(&self, _: &Event<'_>) {}

        fn enter(&self, id: &Id) {
            let mut entered = self.entered.lock().expect("nobody panics");
            entered.push(id.clone());
        }

        fn exit(&self, _: &Id) {
            self.entered.lock().expect("nobody panics").pop();
        }

        fn current_span(&self) -> Current {
            let entered = self.entered.lock().expect("nobody panics");
            let all = self.all.lock().expect("nobody panics");
            match entered.last() {
                Some(id) => Current::new(id.clone(), all[id.into_u64() as usize - 1]),
                None => Current::none(),
            }
        }
    }

    #[test]
    fn a_span_has_its_name_and_its_id() {
        tracing::subscriber::with_default(Spans::default(), || {
            assert_eq!(taken(), [""; 0]);
            let _request = tracing::info_span!("request").entered();
            let query = tracing::info_span!("query").entered();
            assert_eq!(taken(), [r#"span="query",span_id="2""#]);
            drop(query);
            assert_eq!(taken(), [r#"span="request",span_id="1""#]);
        });
        assert_eq!(taken(), [""; 0], "without a subscriber");
    }

    #[test]
    fn of_a_name_that_is_too_long_the_id_is_left() {
        tracing::subscriber::with_default(Spans::default(), || {
            let _current = tracing::info_span!("0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789").entered();
            assert_eq!(taken(), [r#"span_id="1""#]);
        });
    }

    #[cfg(feature = "opentelemetry")]
    #[test]
    fn a_span_of_opentelemetry_comes_first() {
        use opentelemetry::Context;
        use opentelemetry::trace::{SpanContext, TraceContextExt, TraceFlags, TraceState};

        let attach = |flags| {
            let span = SpanContext::new(1.into(), 2.into(), flags, false, TraceState::NONE);
            Context::new().with_remote_span_context(span).attach()
        };
        tracing::subscriber::with_default(Spans::default(), || {
            let _current = tracing::info_span!("request").entered();
            let sampled = attach(TraceFlags::SAMPLED);
            let [labels] = taken().try_into().expect("one exemplar");
            let labels: String = labels;
            assert!(labels.starts_with("trace_id="), "{labels}");
            drop(sampled);
            // its trace is not recorded, so neither is that of the span of `tracing` around it
            let _unsampled = attach(TraceFlags::default());
            assert_eq!(taken(), [""; 0]);
        });
    }
}
