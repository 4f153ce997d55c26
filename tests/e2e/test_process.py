"""Every example tells of its process and of its async runtimes, without asking for it."""

import os
import time

import pytest

from exposition import scrape
from programs import EXAMPLES
from waiting import wait_until

FAMILIES = {
    "process_cpu_seconds_total": "counter",
    "process_resident_memory_bytes": "gauge",
    "process_open_fds": "gauge",
    "process_start_time_seconds": "gauge",
    "process_threads": "gauge",
    "process_max_fds": "gauge",
    "process_virtual_memory_bytes": "gauge",
    "process_virtual_memory_max_bytes": "gauge",
    "process_heap_bytes": "gauge",
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_process_is_exposed(example, name):
    program = example(name)
    exposition = scrape(program)
    assert FAMILIES.items() <= {n: t for n, (t, _) in exposition.families.items()}.items()
    for family in FAMILIES:
        assert exposition.of(family).keys() == {(family, frozenset())}, "no labels"
    # as the operating system tells it
    assert exposition.value("process_threads") > 1
    assert exposition.value("process_open_fds") > len(["stdin", "stdout", "stderr"])
    assert exposition.value("process_resident_memory_bytes") > 1_000_000
    started = os.stat(f"/proc/{program.process.pid}").st_ctime
    assert exposition.value("process_start_time_seconds") == pytest.approx(started, abs=60)
    assert exposition.value("process_start_time_seconds") <= time.time()


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_runtimes_are_exposed(example, name):
    exposition = scrape(example(name))
    assert exposition.total("tokio_workers") >= 1
    workers = exposition.of("tokio_worker_busy_seconds_total")
    assert len(workers) == exposition.total("tokio_workers")


def test_requests_are_counted_by_route(example):
    quickstart = example("quickstart")
    orders = {"method": "POST", "route": "/order/{guest}/{drink}", "status": "2xx"}
    ordered = ("http_server_requests_total", frozenset(orders.items()))
    wait_until("orders", lambda: scrape(quickstart).of("http_server_requests_total").get(ordered, 0) > 0)


def test_the_processor_time_grows(example):
    chatbox = example("chatbox")
    wait_until("a second of work", lambda: scrape(chatbox).value("process_cpu_seconds_total") >= 1)
