//! What is told of async runtimes: of the server's, of the one that it is started in, of others by name.

use std::time::Duration;

use metrics_core::Registry;
use metrics_server::{Exporter, monitor_runtime};
use tokio::runtime::{Builder, Runtime};

use crate::app::Metered;
use crate::client::{Answer, Running, get, wait_for};

fn runtime(workers: usize) -> Runtime {
    let mut builder = Builder::new_multi_thread();
    let runtime = builder.worker_threads(workers).build();
    runtime.expect("a runtime")
}

fn exporter() -> Exporter {
    let exporter = Exporter::builder().registry(&Registry::new());
    exporter.build().expect("no settings")
}

fn number(answer: &Answer, sample: &str) -> Option<f64> {
    Some(answer.sample(sample)?.parse().expect("a number"))
}

#[test]
fn the_servers_own_runtimes_are_told() {
    let running = Running::new(&exporter());
    let answer = running.get("/metrics?name[]=tokio_*");
    assert_eq!(
        answer.types(),
        [
            "# TYPE tokio_alive_tasks gauge",
            "# TYPE tokio_global_queue_depth gauge",
            "# TYPE tokio_worker_busy_seconds_total counter",
            "# TYPE tokio_worker_parks_total counter",
            "# TYPE tokio_workers gauge",
        ]
    );
    // other tests of this process have servers too: one event loop and two workers each
    let workers = number(&answer, "tokio_workers{runtime=\"metrics-server\"}");
    let workers = workers.expect("workers");
    assert!(workers >= 3.0 && workers % 3.0 == 0.0, "{workers}");
    let parks = "tokio_worker_parks_total{runtime=\"metrics-server\",worker=\"";
    wait_for("workers that sleep", || {
        let answer = running.get("/metrics?name[]=tokio_worker_parks_total");
        let mut lines = answer.body.lines();
        lines.find(|line| line.starts_with(parks) && !line.ends_with(" 0"))?;
        Some(())
    });
}

#[test]
fn the_runtime_that_a_server_is_started_in_is_told_until_the_server_stops() {
    let observer = Running::new(&exporter());
    let workers = "tokio_workers{runtime=\"main\"}";
    let main = runtime(7);
    let running = main.block_on(async { Running::new(&exporter()) });
    let answer = observer.get("/metrics");
    assert!(number(&answer, workers) >= Some(7.0), "{}", answer.body);
    assert_eq!(number(&answer, workers), {
        let own = running.get("/metrics");
        number(&own, workers)
    });
    running.stop();
    wait_for("the end", || {
        let now = number(&observer.get("/metrics"), workers);
        now.is_none_or(|now| now < 7.0).then_some(())
    });
}

#[test]
fn runtimes_of_ones_own_are_told_by_name_and_added_up() {
    let running = Running::new(&exporter());
    let (first, second) = (runtime(2), runtime(1));
    monitor_runtime("jobs", first.handle());
    monitor_runtime("jobs", second.handle());
    // again, and under another name: it is still the same runtime
    monitor_runtime("again", second.handle());
    let tasks: Vec<_> = (0..5)
        .map(|_| first.spawn(std::future::pending::<()>()))
        .collect();
    second
        .block_on(second.spawn(async {
            let start = std::time::Instant::now();
            while start.elapsed() < Duration::from_millis(20) {
                std::hint::spin_loop();
            }
        }))
        .expect("no panic");
    let answer = wait_for("a busy worker", || {
        let answer = running.get("/metrics");
        let busy = "tokio_worker_busy_seconds_total{runtime=\"jobs\",worker=\"2\"}";
        (number(&answer, busy)? >= 0.02).then_some(answer)
    });
    assert_eq!(answer.sample("tokio_workers{runtime=\"jobs\"}"), Some("3"));
    let alive = format!("{}", tasks.len());
    assert_eq!(
        answer.sample("tokio_alive_tasks{runtime=\"jobs\"}"),
        Some(alive.as_str())
    );
    assert!(
        !answer.body.contains("runtime=\"again\""),
        "{}",
        answer.body
    );
    let numbered = "tokio_worker_parks_total{runtime=\"jobs\",worker=\"";
    assert_eq!(answer.body.matches(numbered).count(), 3);
}

#[test]
fn workers_of_an_app_that_mounts_the_routes_are_told() {
    let mounted = exporter();
    let app = Metered::new({
        let mounted = mounted.clone();
        move |config| mounted.routes()(config)
    });
    let answer = get(&format!("http://{}/metrics", app.address()));
    let workers = number(&answer, "tokio_workers{runtime=\"actix-web\"}");
    assert!(workers >= Some(1.0), "{}", answer.body);
    mounted.close();
}
