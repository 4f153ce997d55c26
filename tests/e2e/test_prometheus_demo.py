"""System 4, a transport protocol over several hops: its metrics as its owners document them."""

import json

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
