"""The dashboards of the examples go through Grafana's own types without a loss, and differ in nothing from run to run."""

import json

import pytest

from grafana import VERSIONS, differences, once, panels, read_by
from programs import EXAMPLES, fetch


def dashboard_of(program, query=""):
    """The text that a program serves."""
    status, content_type, text = fetch(f"{program.metrics}/dashboard{query}")
    assert (status, content_type) == (200, "application/json"), text
    return text


@pytest.mark.parametrize("name", EXAMPLES)
def test_grafana_knows_all_of_a_dashboard(example, name):
    text = dashboard_of(example(name))
    given = json.loads(text, object_pairs_hook=once)
    for version in VERSIONS:
        read, again = read_by(version, text)
        assert list(differences(given, read)) == [], version
        assert read == again, version
    titles = [item["title"] for item in given["panels"] if item["type"] == "row"]
    assert titles[0] == "Overview"
    assert titles[-2:] == ["Async runtimes", "Metrics"]


@pytest.mark.parametrize("version", VERSIONS)
def test_what_grafana_does_not_know_would_be_noticed(example, version):
    given = json.loads(dashboard_of(example("quickstart")))
    given["templating"]["list"][1]["definition"] = "label_values(up, job)"
    lines = next(panel for panel in panels(given) if panel["type"] == "timeseries")
    lines["options"]["legend"]["unheard"] = True
    lines["targets"][0]["unheard"] = True
    text = json.dumps(given)
    read, _ = read_by(version, text)
    lost = [difference.rpartition(".")[2] for difference in differences(given, read)]
    # the newest types know of definitions
    definition = ["definition is lost"] if version == "oldest" else []
    assert lost == definition + ["unheard is lost"] * 2
    untyped, _ = read_by(version, text, plugins=False)
    assert len(list(differences(given, untyped))) < len(lost)


def test_the_same_program_has_the_same_dashboard(example):
    first, second = (dashboard_of(example("chatbox")) for _ in range(2))
    assert first == second


def test_one_set_has_a_dashboard_of_its_own(example):
    program = example("websocket_server")
    whole, one = (json.loads(dashboard_of(program, query)) for query in ("", "?set=Echo"))
    assert one["uid"] != whole["uid"]
    titles = {panel["title"] for panel in panels(one)}
    assert titles < {panel["title"] for panel in panels(whole)}
    status, _, text = fetch(f"{program.metrics}/dashboard?set=Ecco")
    assert status in (400, 404) and "Echo" in text, (status, text)
