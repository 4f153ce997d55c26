//! What is told of the process without being asked, against what the operating system says itself.

use std::fs::{self, File};
use std::hint::black_box;

use metrics_core::Registry;
use metrics_server::{Exporter, HttpMetrics, default_collectors};

use crate::client::{Running, wait_for};
use crate::shop::shop;

fn serve(registry: &Registry) -> Running {
    let exporter = Exporter::builder().registry(registry).build();
    Running::new(&exporter.expect("no settings"))
}

fn value(running: &Running, name: &str) -> f64 {
    let answer = running.get(&format!("/metrics?name[]={name}"));
    let sample = answer.sample(name);
    let sample = sample.unwrap_or_else(|| panic!("no {name}: {}", answer.body));
    sample.parse().expect("a number")
}

/// The limit that the system calls so.
fn limit(name: &str) -> f64 {
    let limits = fs::read_to_string("/proc/self/limits").expect("limits");
    let mut lines = limits.lines();
    let line = lines.find_map(|line| line.strip_prefix(name));
    match line.and_then(|rest| rest.split_whitespace().next()) {
        Some("unlimited") => f64::INFINITY,
        soft => soft.expect("the limit").parse().expect("a number"),
    }
}

/// A number of `/proc/self/stat`, counted from 1 as in proc_pid_stat(5), behind the name of the program.
fn stat(field: usize) -> u64 {
    let stat = fs::read_to_string("/proc/self/stat").expect("stat");
    let (_, behind) = stat.rsplit_once(')').expect("a name");
    let number = behind.split_whitespace().nth(field - 3).expect("a field");
    number.parse().expect("a number")
}

#[test]
fn all_standard_families_are_there_beside_any_registry() {
    let (registry, _shop) = shop();
    let answer = serve(&registry).get("/metrics?name[]=process_*");
    assert_eq!(
        answer.types(),
        [
            "# TYPE process_cpu_seconds_total counter",
            "# TYPE process_heap_bytes gauge",
            "# TYPE process_max_fds gauge",
            "# TYPE process_open_fds gauge",
            "# TYPE process_resident_memory_bytes gauge",
            "# TYPE process_start_time_seconds gauge",
            "# TYPE process_threads gauge",
            "# TYPE process_virtual_memory_bytes gauge",
            "# TYPE process_virtual_memory_max_bytes gauge",
        ]
    );
    // in JSON and for stream clients it is the same walk
    let json = serve(&registry).get("/metrics/json?match=process_threads");
    let threads = &json.json()["families"][0]["series"][0]["value"];
    assert!(threads.as_u64().is_some_and(|n| n > 1), "{threads}");
}

#[test]
fn limits_and_the_start_are_those_of_the_system() {
    let running = serve(&Registry::new());
    assert_eq!(value(&running, "process_max_fds"), limit("Max open files"));
    assert_eq!(
        value(&running, "process_virtual_memory_max_bytes"),
        limit("Max address space")
    );
    let system = fs::read_to_string("/proc/stat").expect("the system");
    let mut lines = system.lines();
    let boot = lines.find_map(|line| line.strip_prefix("btime "));
    let boot: f64 = boot.expect("a start").parse().expect("seconds");
    let started = boot + stat(22) as f64 / 100.0;
    let told = value(&running, "process_start_time_seconds");
    assert!((told - started).abs() < 0.001, "{told} {started}");
}

#[test]
fn processor_time_is_exact_to_the_tick_and_grows() {
    let running = serve(&Registry::new());
    let ticks = || stat(14) + stat(15);
    let (before, told, after) = wait_for("processor time", || {
        for n in 0..5_000_000_u64 {
            black_box(n);
        }
        let before = ticks();
        let told = value(&running, "process_cpu_seconds_total");
        (before > 5).then(|| (before, told, ticks()))
    });
    // as it is written, 0.07 and not 0.07000000000000001
    let exact = (before..=after).any(|ticks| told == ticks as f64 / 100.0);
    assert!(exact, "{told}, of {before} to {after} ticks");
}

#[test]
fn files_memory_and_threads_are_counted() {
    let running = serve(&Registry::new());
    let files = value(&running, "process_open_fds");
    let opened: Vec<_> = (0..100).map(|_| File::open("/dev/null")).collect();
    // connections of the test come and go
    let more = value(&running, "process_open_fds") - files;
    assert!((95.0..=105.0).contains(&more), "{more} of {}", opened.len());

    const SIZE: usize = 64 << 20;
    let names = ["resident_memory", "virtual_memory", "heap"];
    let names = names.map(|name| format!("process_{name}_bytes"));
    let before = names.each_ref().map(|name| value(&running, name));
    let taken = black_box(vec![1_u8; SIZE]);
    for (name, before) in names.iter().zip(before) {
        let more = value(&running, name) - before;
        // give or take what the allocator and the server's threads do
        let tolerance = (8 << 20) as f64;
        let off = (more - taken.len() as f64).abs();
        assert!(off < tolerance, "{name}: {more}");
    }
    let threads = value(&running, "process_threads");
    assert!(threads >= 3.0 && threads <= stat(20) as f64 + 10.0);
}

#[test]
fn the_registry_stays_the_users_and_one_call_serves_it_alone() {
    let (registry, _shop) = shop();
    let exporter = Exporter::builder().registry(&registry);
    let exporter = exporter.build().expect("no settings");
    let alone = exporter.registry().encode_text();
    assert!(!alone.contains("process_") && alone.contains("shop_till 12.5\n"));
    let told = Running::new(&exporter).get("/metrics").body;
    assert!(told.contains("shop_till 12.5\n") && told.contains("\nprocess_threads "));

    let silent = Exporter::builder()
        .registry(&registry)
        .without_default_collectors();
    let silent = Running::new(&silent.build().expect("no settings"));
    assert_eq!(silent.get("/metrics").body, alone);
}

#[test]
fn what_is_told_has_the_constant_labels_of_the_registry() {
    let registry = Registry::builder().constant_label("shard", "\"7\"");
    let registry = registry.build().expect("a label");
    let http = HttpMetrics::of(&registry);
    let body = serve(&registry).get("/metrics").body;
    let samples = body.lines().filter(|line| !line.starts_with('#'));
    for sample in samples {
        assert!(sample.contains("{shard=\"\\\"7\\\"\""), "{sample}");
    }
    // what is in the registry is written as it is without all this
    for line in registry.encode_text().lines() {
        assert!(body.lines().any(|served| served == line), "{line}");
    }
    drop(http);
}

#[test]
fn a_registry_that_tells_of_the_process_itself_has_it_once() {
    let registry = Registry::new();
    registry.attach(default_collectors());
    let body = serve(&registry).get("/metrics").body;
    let samples = body
        .lines()
        .filter(|line| line.starts_with("process_threads "));
    assert_eq!(samples.count(), 1, "{body}");
    assert!(body.contains("\nmetrics_hidden_families 0\n"), "{body}");
}
