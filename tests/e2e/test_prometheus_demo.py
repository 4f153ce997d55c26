"""System 4, a transport protocol over several hops: its metrics as its owners document them."""

import json
import re

import pytest

from exposition import quiet, scrape
from programs import fetch
from waiting import wait_until

FAMILIES = {
    "jsp_connections_total": "counter",
    "jsp_bytes_sent_total": "counter",
    "jsp_bytes_received_total": "counter",
    "jsp_packets_sent_total": "counter",
    "jsp_packets_received_total": "counter",
    "jsp_errors_total": "counter",
    "jsp_timeouts_total": "counter",
    "jsp_retransmissions_total": "counter",
    "jsp_connections_active": "gauge",
    "jsp_multihop_throughput_bps": "gauge",
    "jsp_multihop_health": "gauge",
    "jsp_connection_duration_seconds": "histogram",
    "jsp_handshake_duration_seconds": "histogram",
    "jsp_multihop_latency_milliseconds": "histogram",
}

PER_HOP = ("jsp_multihop_health", "jsp_multihop_latency_milliseconds")


def test_names_types_and_labels_are_those_of_the_documentation(example):
    exposition = scrape(example("prometheus_demo"))
    jsp = {n: t for n, (t, _) in exposition.families.items() if n.startswith("jsp_")}
    assert jsp == FAMILIES
    for name, labels in exposition.of("jsp_"):
        expected = {"hop"} if name.startswith(PER_HOP) else set()
        expected |= {"le"} if name.endswith("_bucket") else set()
        assert {label for label, _ in labels} == expected, name
    hops = {dict(labels)["hop"] for _, labels in exposition.of("jsp_multihop_health")}
    assert len(hops) > 1, "a path over several hops"


def test_the_numbers_agree_with_each_other(example):
    demo = example("prometheus_demo", "--load-seconds", "3")

    def over():
        exposition = quiet(demo, "jsp_")
        if not exposition or exposition.value("jsp_connections_active") != 0:
            return None
        return exposition.value("jsp_connections_total") > 0 and exposition

    final = wait_until("the end of the load", over)
    assert final.value("jsp_connection_duration_seconds_count") == final.value("jsp_connections_total")
    assert 0 < final.value("jsp_handshake_duration_seconds_count") <= final.value("jsp_connections_total")
    sent = final.value("jsp_packets_sent_total")
    assert final.value("jsp_bytes_sent_total") == 1024 * sent
    assert final.value("jsp_bytes_received_total") == 1024 * final.value("jsp_packets_received_total")
    assert 0 < final.value("jsp_packets_received_total") <= sent
    assert final.value("jsp_retransmissions_total") <= final.value("jsp_timeouts_total") <= sent
    # of three hops, each gets at most what the one before it passed on
    handled = [final.value("jsp_multihop_latency_milliseconds_count", hop=str(hop)) for hop in (1, 2, 3)]
    assert sent >= handled[0] >= handled[1] >= handled[2] > 0


def test_health_is_two_per_healthy_hop(example):
    demo = example("prometheus_demo")

    def healths():
        return set(scrape(demo).of("jsp_multihop_health").values())

    # a hop that has not started is 0
    assert wait_until("hops that work", lambda: 2 in healths() and 0 not in healths() and healths()) <= {1, 2}


def test_health_route(example):
    status, content_type, body = fetch(f"http://{example('prometheus_demo').authority}/health")
    assert (status, content_type, json.loads(body)) == (200, "application/json", {"status": "ok"})


def test_overhead_is_measured(example):
    demo = example("prometheus_demo", "--overhead", "--overhead-seconds", "0.1")
    assert demo.wait_for_exit() == 0, demo.output()

    def row(name, figures):
        match = re.search(f"^{name} +{figures}$", demo.output(), re.MULTILINE)
        assert match, f"{name} {figures}:\n{demo.output()}"
        return [float(figure) for figure in match.groups()]

    measured = r"(\d+) +([\d.]+) % \(([\d.]+) to ([\d.]+)\) +([\d.]+) MiB"
    rows = {
        name: row(name, measured)
        for name in ("without metrics", "with metrics", "with metrics, scraped")
    }
    for updates, cpu, least, most, memory in rows.values():
        assert updates > 0 and 0 < least <= cpu <= most and memory > 0, demo.output()
    _, cpu_without, _, _, memory_without = rows["without metrics"]
    # how much it is depends on the machine and on what else runs there; memory does not
    for name in ("metrics", "metrics, scraped"):
        _, cpu, _, _, memory = rows[f"with {name}"]
        points, ratio, mib = row(name, r"([-+][\d.]+) +([\d.]+) +([-+][\d.]+) MiB")
        assert points == pytest.approx(cpu - cpu_without, abs=0.02)
        assert ratio == pytest.approx(cpu / cpu_without, rel=0.02)
        assert mib == pytest.approx(memory - memory_without, abs=0.02)
        assert mib < 10


def test_overhead_of_a_length_that_is_none(example):
    demo = example("prometheus_demo", "--overhead", "--overhead-seconds", "long")
    assert demo.wait_for_exit() != 0
    assert "'--overhead-seconds <N>': not a number" in demo.output()
