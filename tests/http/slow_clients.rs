//! Clients of the stream that do not read, or not for a while, when much changes.

use actix_web::{App, HttpServer};
use metrics_core::{Counter, LabelSet, MetricSet, Registry, ValueSnapshot};
use serde_json::Value;

use crate::client::{Running, wait_for};
use crate::restless::{CELLS, Restless};
use crate::serving::Serving;
use crate::shop::exporter;
use crate::stream_client::Stream;

fn connect(authority: &str) -> Stream {
    Stream::connect(&format!("ws://{authority}/metrics/stream?interval_ms=100"))
}

/// How many clients of any stream of this process were closed because they took nothing.
fn stalled() -> f64 {
    let snapshot = Registry::global().snapshot();
    let family = snapshot
        .families
        .iter()
        .find(|family| family.name == "metrics_stream_clients_stalled_total")
        .expect("the server's own metrics");
    match &family.series[0].value {
        ValueSnapshot::Number(number) => number.as_f64(),
        other => panic!("{other:?} is no counter"),
    }
}

#[test]
fn a_client_that_reads_nothing_is_closed_with_4008_and_not_much_was_kept_for_it() {
    let restless = Restless::new();
    let running = Running::new(&exporter(restless.registry()));
    let mut silent = connect(&running.authority());
    let before = stalled();
    wait_for("a client that is given up", || {
        (stalled() > before).then_some(())
    });
    // what was kept for it comes first
    let (bytes, code) = silent.bytes_until_closed();
    assert_eq!(code, Some(4008));
    assert!(bytes < 4 << 20, "{bytes} bytes");
}

#[test]
fn of_an_app_of_ones_own_too_a_client_that_pauses_gets_the_newest_state_and_not_every_delta_that_it_missed()
 {
    const TICKS: usize = 12;
    let restless = Restless::new();
    let routes = exporter(restless.registry()).routes();
    let serving = Serving::start(move || {
        let server = HttpServer::new(move || App::new().configure(routes.clone()))
            .on_connect(metrics_server::bound_writes)
            .workers(1)
            .disable_signals()
            .bind("127.0.0.1:0")
            .expect("a free port");
        (server.addrs()[0], server.run())
    });
    let authority = serving.address.to_string();
    let mut steady = connect(&authority);
    steady.next_of("metrics:snapshot");
    // on a machine that is too slow the pause is a stall, and then it is tried again
    let (seen, missed) = wait_for("a client that was not given up", || {
        let mut pausing = Stream::connect_with_little_room(&authority, "interval_ms=100");
        let mut whole = pausing.next_of("metrics:snapshot");
        while whole["last"] != true {
            let part = pausing.next_of("metrics:snapshot");
            whole["last"] = part["last"].clone();
            for of in ["families", "series"] {
                let more = part[of].as_array().cloned().unwrap_or_default();
                whole[of].as_array_mut().expect("an array").extend(more);
            }
        }
        let id = id_of(&whole, "rounds");
        for _ in 0..TICKS {
            steady.next_of("metrics:delta");
        }
        let rounds = restless.table.rounds.get();
        let key = id.to_string();
        let mut seen = 0;
        loop {
            let delta = pausing.next_of_unless_closed("metrics:delta")?;
            seen += 1;
            let known = delta["values"][&key].as_u64();
            if known.is_some_and(|known| known >= rounds as u64) {
                return Some((seen, TICKS));
            }
        }
    });
    assert!(seen * 2 <= missed, "{seen} deltas after {missed} ticks");
}

/// The id of the only series of a family, if the snapshot has it.
fn id_of(snapshot: &Value, family: &str) -> Value {
    let families = snapshot["families"].as_array().expect("families");
    let Some(family) = families.iter().find(|of| of["name"] == family) else {
        return Value::Null;
    };
    let series = snapshot["series"].as_array().expect("series");
    let of_family = series.iter().find(|of| of["family"] == family["id"]);
    of_family.map_or(Value::Null, |of| of["id"].clone())
}

#[test]
fn a_stop_does_not_wait_for_the_end_of_a_long_snapshot() {
    #[derive(Clone, LabelSet)]
    struct ByText {
        #[label(open, max = 20_000)]
        text: String,
    }
    /// Much to tell.
    #[derive(MetricSet)]
    #[metrics(register = false)]
    struct Library {
        /// Texts read.
        texts: Counter<ByText>,
    }

    let registry = Registry::new();
    let library = Library::register(&registry).expect("an empty registry");
    for text in 0..CELLS {
        // together some twenty megabytes, more than is on its way between a server and a client
        let text = format!("{text:01000}");
        library.texts.with(ByText { text }).inc();
    }
    let exporter = exporter(&registry);
    let running = Running::new(&exporter);
    let mut stream = Stream::connect(&format!("ws://{}/metrics/stream", running.authority()));
    assert_eq!(stream.next_of("metrics:snapshot")["last"], false);
    exporter.close();
    loop {
        let frame = stream.next_frame();
        if frame["type"] == "metrics:bye" {
            break;
        }
        assert_eq!(frame["data"]["last"], false, "the snapshot came to its end");
    }
    assert_eq!(stream.close_code(), Some(1001));
}
