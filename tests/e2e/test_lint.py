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
