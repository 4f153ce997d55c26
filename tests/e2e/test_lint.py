"""`promtool check metrics` has nothing to say of any example but what is so on purpose."""

import pathlib
import subprocess

import pytest

from exposition import scrape

# the set-ups that these examples stand for have such names, in spite of the convention
ON_PURPOSE = {
    "quickstart": [],
    "websocket_server": [],
    "prometheus_demo": [
        'jsp_multihop_latency_milliseconds use base unit "seconds" instead of "milliseconds"',
    ],
    "chatbox": [
        'chatbox_active_sessions_total non-counter metrics should not have "_total" suffix',
        'chatbox_websocket_connections_total non-counter metrics should not have "_total" suffix',
    ],
    "live_view": [
        'golivekit_presence_count non-histogram and non-summary metrics should not have "_count" suffix',
    ],
    "proxy_pool": [],
}


GOLDEN = pathlib.Path(__file__).parent.parent / "golden"


def promtool(text):
    command = ["promtool", "check", "metrics"]
    return subprocess.run(command, input=text, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


@pytest.mark.parametrize("name", ON_PURPOSE)
def test_promtool_finds_nothing(example, name):
    lint = promtool(scrape(example(name)).text)
    assert lint.stdout.splitlines() == ON_PURPOSE[name]
    # 3: there are findings; anything else is an exposition that cannot be read
    assert lint.returncode == (3 if ON_PURPOSE[name] else 0), lint.stdout


@pytest.mark.parametrize("name", ["kinds", "labels", "nested", "states"])
def test_promtool_finds_nothing_in_what_is_golden(name):
    lint = promtool((GOLDEN / f"{name}.txt").read_text(encoding="utf-8"))
    assert (lint.stdout, lint.returncode) == ("", 0)


# what we expose of our own accord, and that it is not left out of the test by chance
OWN = {
    "metrics_collector_panics_total",
    "metrics_collector_timeouts_total",
    "metrics_hidden_families",
    "metrics_label_overflows_total",
    "metrics_read_panics_total",
    "metrics_read_timeouts_total",
    "metrics_rejected_updates_total",
    "metrics_reloads_total",
    "metrics_requests_refused_total",
    "metrics_scrape_duration_seconds",
    "metrics_scrapes_in_flight",
    "metrics_scrapes_total",
    "metrics_stream_clients",
    "metrics_stream_clients_refused_total",
    "metrics_stream_clients_stalled_total",
    "metrics_stream_encodings_total",
    "metrics_stream_events_rejected_total",
    "metrics_stream_frames_total",
    "metrics_stream_sample_duration_seconds",
    "metrics_tls_handshakes_total",
    "http_server_active_requests",
    "http_server_request_body_size_bytes",
    "http_server_request_duration_seconds",
    "http_server_requests_total",
    "http_server_response_body_size_bytes",
    "process_cpu_seconds_total",
    "process_heap_bytes",
    "process_max_fds",
    "process_open_fds",
    "process_resident_memory_bytes",
    "process_start_time_seconds",
    "process_threads",
    "process_virtual_memory_bytes",
    "process_virtual_memory_max_bytes",
    "tokio_alive_tasks",
    "tokio_global_queue_depth",
    "tokio_worker_busy_seconds_total",
    "tokio_worker_parks_total",
    "tokio_workers",
}


def test_promtool_finds_nothing_in_our_own_names(served):
    program = served("every_kind")
    # one request, so that those who count requests have something to show
    scrape(program)
    exposition = scrape(program)
    with_samples = {
        name for name in exposition.families if exposition.of(name) or exposition.of(f"{name}_count")
    }
    # a family without samples would not be looked at
    assert {name for name in with_samples if not name.startswith("known_")} == OWN
    lint = promtool(exposition.text)
    assert (lint.stdout, lint.returncode) == ("", 0)
