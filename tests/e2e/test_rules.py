"""The rules for promises, each measured in another way: promtool takes them, and a real Prometheus computes from them what is so."""

import subprocess

import pytest
import yaml

from programs import target_directory
from waiting import DEADLINE, wait_until

FUNCTIONS = ["classic", "both", "native", "hop", "alone"]


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """The folder of what the program exports."""
    folder = tmp_path_factory.mktemp("exported")
    program = target_directory() / "debug" / "examples" / "promises"
    assert program.exists(), f"{program}: `cargo build --examples` makes it"
    subprocess.run([program, "metrics", "export", "--out", folder], check=True, timeout=DEADLINE)
    return folder


def rules(folder, kind):
    """The rules of one kind, `record` or `alert`."""
    groups = yaml.safe_load((folder / "rules.yml").read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"] if kind in rule]


def test_promtool_takes_the_rules(exported):
    command = ["promtool", "check", "rules", "--lint=all", "--lint-fatal", exported / "rules.yml"]
    run = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=DEADLINE)
    assert run.returncode == 0 and "SUCCESS" in run.stdout, run.stdout


def test_every_promise_has_its_rules(exported):
    burns = [rule for rule in rules(exported, "alert") if rule["alert"].endswith("BudgetBurn")]
    promises = {(rule["labels"]["function"], rule["labels"].get("threshold")) for rule in burns}
    thresholds = {(name, "1s") for name in ("classic", "both", "native")}
    thresholds |= {("classic", "10s"), ("hop", "250ms"), ("alone", "10s")}
    assert promises == {(name, None) for name in FUNCTIONS} | thresholds
    assert len(burns) == 4 * len(promises)
    assert len(rules(exported, "record")) == 7 * len(promises)


# with native histograms, Prometheus does not take the classic buckets of a histogram that has both
@pytest.mark.parametrize("flags", [[], ["--enable-feature=native-histograms"]], ids=["classic", "native"])
def test_prometheus_computes_the_shares_that_there_are(exported, served, prometheus, flags):
    server = prometheus(*flags, promises=served("promises").authority)
    server.wait_for_target()
    expected = {(name, None): 0.5 for name in FUNCTIONS}
    expected |= {(name, "1s"): 0.5 for name in ("classic", "both", "native")}
    expected |= {("classic", "10s"): 0, ("hop", "250ms"): 0.5, ("alone", "10s"): 0}
    records = [rule for rule in rules(exported, "record") if rule["record"].endswith("_rate5m")]
    assert len(records) == len(expected)
    for record in records:
        promise = (record["labels"]["function"], record["labels"].get("threshold"))
        if promise[0] == "native" and not flags:
            assert server.query(record["expr"]) == []
            continue

        def share():
            result = server.query(record["expr"])
            assert len(result) <= 1, result
            # a scrape may come between two of the calls
            return result and abs(result[0][1] - expected[promise]) < 0.02 and result

        ((labels, _),) = wait_until(f"{record['record']} of {promise}: {record['expr']}", share)
        assert labels == {"job": "promises"}
