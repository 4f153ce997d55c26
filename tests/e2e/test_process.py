"""Every example tells of its process, without asking for it."""

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


def test_the_processor_time_grows(example):
    chatbox = example("chatbox")
    wait_until("a second of work", lambda: scrape(chatbox).value("process_cpu_seconds_total") >= 1)
