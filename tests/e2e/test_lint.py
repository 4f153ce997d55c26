"""`promtool check metrics` has nothing to say of any example but what is so on purpose."""

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
}


@pytest.mark.parametrize("name", ON_PURPOSE)
def test_promtool_finds_nothing(example, name):
    text = scrape(example(name)).text
    command = ["promtool", "check", "metrics"]
    lint = subprocess.run(command, input=text, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert lint.stdout.splitlines() == ON_PURPOSE[name]
    # 3: there are findings; anything else is an exposition that cannot be read
    assert lint.returncode == (3 if ON_PURPOSE[name] else 0), lint.stdout
