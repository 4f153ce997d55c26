"""What the examples export: the same in every run and over HTTP, and read by the programs that it is for."""

import json
import os
import subprocess

import pytest

from artifacts import content, export, label_values, metrics, queries, read_json, read_yaml
from programs import EXAMPLES, fetch, target_directory
from waiting import wait_until

# what every program has; others depend on what is declared
ALWAYS = {
    "alertmanager.yml",
    "catalog.json",
    "catalog.md",
    "dashboard.json",
    "prometheus.yml",
    "rules.yml",
    "rules.test.yml",
    "kubernetes/service.yaml",
    "kubernetes/service-monitor.yaml",
    "kubernetes/by-hand/pod-monitor.yaml",
    "kubernetes/prometheus-rule.yaml",
    "kubernetes/dashboard-config-map.yaml",
}

# where the programs serve what they export
SERVED = {
    "dashboard": "dashboard.json",
    "rules": "rules.yml",
    "catalog": "catalog.md",
    "catalog?format=json": "catalog.json",
}


@pytest.fixture(params=EXAMPLES)
def program(request):
    return request.param


@pytest.fixture
def exported(program, tmp_path):
    return export(program, tmp_path / "exported")


def passes(*command):
    """Runs a command that must end well, and returns what it says."""
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_an_export_is_the_same_in_every_run(program, exported, tmp_path):
    files = content(exported)
    assert ALWAYS <= files.keys()
    assert content(export(program, tmp_path / "again")) == files
    # from another folder, under another name of the host, at another time zone
    elsewhere = {"HOME": "/", "TZ": "Asia/Tokyo", "LANG": "C"}
    done = metrics(program, "check", exported, cwd="/", env=elsewhere)
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    for name, text in files.items():
        assert text.endswith(b"\n") and b"\r" not in text, name
        for foreign in (os.fsencode(tmp_path), os.fsencode(target_directory()), b"/registry/src/", b"/home/"):
            assert foreign not in text, f"{foreign} in {name}"


def test_a_check_tells_what_is_stale(program, exported):
    rules = exported / "rules.yml"
    rules.write_text(rules.read_text() + "# by hand\n")
    (exported / "kubernetes/service.yaml").unlink()
    done = metrics(program, "check", exported, text=True)
    assert done.returncode == 1, done.stderr
    assert "\n-# by hand\n" in done.stdout
    assert f"missing: {exported / 'kubernetes/service.yaml'}\n" in done.stdout
    assert done.stderr == ""
    export(program, exported)
    assert metrics(program, "check", exported).returncode == 0


def test_what_is_served_is_what_is_exported(program, exported, example):
    running = example(program)
    # whatever registers something has done it: the load is on, and it was scraped
    wait_until("a scrape", lambda: fetch(running.metrics)[0] == 200)
    for path, name in SERVED.items():
        status, _, body = fetch(f"{running.metrics}/{path}")
        assert status == 200, body
        assert body == (exported / name).read_text(), path


def test_the_tools_of_prometheus_read_the_files(exported):
    passes("promtool", "check", "rules", "--lint=all", "--lint-fatal", exported / "rules.yml")
    said = passes("promtool", "test", "rules", exported / "rules.test.yml")
    assert "SUCCESS" in said and "WARNING" not in said, said
    passes("promtool", "check", "config", exported / "prometheus.yml")
    passes("amtool", "check-config", exported / "alertmanager.yml")


# families without a series in these programs, and why
WITHOUT_SERIES = {
    "metrics_stream_events_dropped_total",  # by type of event, which is open, and nobody is too slow here
}


def test_every_query_of_the_dashboard_has_data(program, exported, example, prometheus):
    dashboard = read_json(exported, "dashboard.json")
    running = example(program)
    server = prometheus("--enable-feature=native-histograms", **{program: running.metrics.removeprefix("http://")})
    server.wait_for_target()
    asked = set(queries(dashboard))
    assert len(asked) > 10
    has_data = lambda query: (server.ask("query", query=query) or {"result": []})["result"]
    excused = {(title, query) for title, query in asked if any(family in query for family in WITHOUT_SERIES)}
    left = asked - excused

    def answered():
        left.difference_update([(title, query) for title, query in left if has_data(query)])
        return not left

    try:
        wait_until("data of every query", answered)
    except AssertionError:
        raise AssertionError("no data:\n" + "\n".join(map(str, sorted(left)))) from None
    for title, query in excused:
        assert not has_data(query), f"{title} is no exception: {query}"
    for selector, label in label_values(dashboard):
        assert server.ask(f"label/{label}/values", **{"match[]": selector}), selector


def test_prometheus_takes_the_configuration_and_the_rules(exported, program, example, prometheus):
    running = example(program)
    config = read_yaml(exported, "prometheus.yml")
    (job,) = config["scrape_configs"]
    # where it listens and how often it is asked is of this test; path, labels and limits are as exported
    job["static_configs"][0]["targets"] = [running.authority]
    job["scrape_interval"] = "1s"
    rules = {"rule_files": [str(exported / rules) for rules in config["rule_files"]]}
    server = prometheus(settings=rules | {"scrape_configs": [job]})
    server.wait_for_target()

    def evaluated():
        groups = (server.ask("rules") or {"groups": []})["groups"]
        rules = [rule for group in groups for rule in group["rules"]]
        for rule in rules:
            assert rule["health"] != "err", rule
        # before the first scrape the target is not there
        down = [rule["state"] for rule in rules if rule["name"].endswith("Down")]
        return down == ["inactive"] and all(rule["health"] == "ok" for rule in rules)

    wait_until("rules that are evaluated, and a target that is not down", evaluated)


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["exprt"], "there is no command `exprt`; there are `export`, `check`, `diff` and `help`"),
        (["export"], "`export` is written `export --out DIR`"),
        (["check", "--out", "a"], "`--out` is not expected; write `check DIR`"),
        (["check", "/nowhere"], "there is no folder `/nowhere`"),
        (["export", "--out", "/dev/null/a"], "`/dev/null/a"),
        ([b"\xff"], "there is no command `\ufffd`"),
        (["diff", "/nowhere", "/nowhere"], "cannot read `/nowhere`"),
    ],
)
def test_a_mistake_is_a_sentence(arguments, message):
    done = metrics("quickstart", *arguments)
    said = done.stderr.decode()
    assert (done.returncode, done.stdout) == (2, b"")
    assert message in said and "panicked" not in said, said


@pytest.mark.parametrize("arguments", [[], ["help"], ["--help"], ["export", "--help"], ["help", "diff"]])
def test_there_is_help(arguments):
    done = metrics("quickstart", *arguments, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Usage: quickstart metrics " in done.stdout


def test_a_reader_who_leaves_is_no_mistake():
    reading, writing = os.pipe()
    os.close(reading)
    done = metrics("quickstart", "help", stdout=writing, stderr=subprocess.PIPE, capture_output=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


def test_another_word_is_the_programs_own(example):
    # not `metrics`, so that the program reads it, and does not know it
    path = target_directory() / "debug" / "examples" / "quickstart"
    done = subprocess.run([path, "serve", "metrics"], capture_output=True, text=True)
    assert done.returncode == 2 and "serve" in done.stderr, done.stderr


def test_a_difference_of_catalogues_says_what_breaks(tmp_path):
    exported = export("quickstart", tmp_path / "new")
    same = metrics("quickstart", "diff", exported, exported / "catalog.json", text=True)
    assert (same.returncode, same.stdout) == (0, "nothing changed\n")
    catalog = read_json(exported, "catalog.json")
    old = tmp_path / "old.json"
    (orders,) = [family for family in catalog["families"] if family["name"] == "cafe_orders_total"]
    orders["name"] = "cafe_sales_total"
    old.write_text(json.dumps(catalog))
    done = metrics("quickstart", "diff", old, exported, text=True)
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stdout.startswith("breaking:\n") and "cafe_sales_total" in done.stdout, done.stdout
