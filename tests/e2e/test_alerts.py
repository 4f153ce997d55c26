"""Alerts, from the attribute to who is told: the exported rules in a Prometheus, and an Alertmanager with the exported route."""

import pytest

from alertmanager import Alertmanager
from artifacts import export
from waiting import wait_until


@pytest.fixture
def alertmanager(tmp_path):
    """Starts an Alertmanager with this configuration."""
    started = []

    def start(config):
        program = Alertmanager(tmp_path, config)
        started.append(program)
        return program

    yield start
    for program in started:
        program.kill()


def say(program, line):
    program.process.stdin.write(f"{line}\n")
    program.process.stdin.flush()


def test_a_firing_alert_comes_to_its_receiver(served, prometheus, alertmanager, tmp_path):
    exported = export("alerting", tmp_path / "exported")
    told = alertmanager(exported / "alertmanager.yml")
    program = served("alerting")
    server = prometheus(
        settings={
            "rule_files": [str(exported / "rules.yml")],
            "alerting": {"alertmanagers": [{"static_configs": [{"targets": [told.authority]}]}]},
        },
        alerting=program.authority,
    )
    server.wait_for_target()
    wait_until("a first sample", lambda: server.query("plant_badness"))
    # before the first scrape the target is not there
    wait_until("a time without alerts", lambda: server.ask("alerts")["alerts"] == [])

    say(program, 3)
    (broken,) = told.wait_for_alert("Broken")
    assert broken["labels"]["severity"] == "page"
    assert broken["labels"]["job"] == "alerting"
    assert broken["annotations"]["summary"] == f"It is 3 at {program.authority}."
    assert broken["annotations"]["runbook_url"] == "https://example.com/broken"
    assert [receiver["name"] for receiver in broken["receivers"]] == ["pages"]
    (odd,) = told.wait_for_alert("Odd")
    assert [receiver["name"] for receiver in odd["receivers"]] == ["tickets"]

    # what failed uses up a budget too; that would fire when it goes on for two minutes
    burning = lambda: [alert for alert in server.ask("alerts")["alerts"] if alert["labels"].get("function") == "mend"]
    (state,) = {alert["state"] for alert in wait_until("a budget that is used up", burning)}
    assert state == "pending"

    say(program, 0)
    names = lambda alerts: {alert["labels"]["alertname"] for alert in alerts}
    gone = lambda alerts: not {"Broken", "Odd"} & names(alerts)
    wait_until("an end of the alerts", lambda: gone(server.ask("alerts")["alerts"]))
    # which Alertmanager is told
    wait_until("a resolution", lambda: gone(told.alerts()))


def test_a_target_that_is_down_is_noticed(served, prometheus, tmp_path):
    exported = export("alerting", tmp_path / "exported")
    program = served("alerting")
    server = prometheus(settings={"rule_files": [str(exported / "rules.yml")]}, alerting=program.authority)
    server.wait_for_target()
    wait_until("a first sample", lambda: server.query("up == 1"))
    program.kill()

    def pending():
        alerts = server.ask("alerts")["alerts"]
        return [alert for alert in alerts if alert["labels"]["alertname"] == "TargetDown"]

    # it fires when it has been so for two minutes, which the generated tests of the rules show
    (down,) = wait_until("an alert", pending)
    assert down["state"] == "pending" and down["labels"]["severity"] == "critical", down
