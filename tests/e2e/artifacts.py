"""What the programs export: run as users do, and taken apart for those who ask Prometheus."""

import json
import re
import subprocess

import yaml

from programs import target_directory
from waiting import DEADLINE


def metrics(program, *arguments, **options):
    """Runs `PROGRAM metrics ARGUMENTS…`, and returns the ended process with its output."""
    path = target_directory() / "debug" / "examples" / program
    assert path.exists(), f"{path}: `cargo build --examples` makes it"
    command = [path, "metrics", *arguments]
    options = {"capture_output": True, "timeout": DEADLINE, "stdin": subprocess.DEVNULL} | options
    return subprocess.run(command, **options)


def export(program, folder):
    """Exports into the folder, which is returned."""
    done = metrics(program, "export", "--out", folder)
    assert done.returncode == 0, done.stderr.decode()
    return folder


def content(folder):
    """Every file below a folder, by its path in it."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


# what Grafana puts in the place of its variables; the scrapes of these tests are a second apart
VARIABLES = [
    (r"\$__rate_interval", "30s"),
    (r"\$__interval", "15s"),
    (r"\$__range", "1h"),
    (r"\$\{?(job|instance)\}?", ".+"),
]


def resolved(expression):
    """An expression of a dashboard as Grafana sends it when everything is chosen."""
    for variable, value in VARIABLES:
        expression = re.sub(variable, value, expression)
    assert "$" not in expression, expression
    return expression


def panels(dashboard):
    """The panels, also those in collapsed rows."""
    for panel in dashboard["panels"]:
        yield panel
        yield from panel.get("panels", [])


def queries(dashboard):
    """The title of each panel with the queries of its targets."""
    for panel in panels(dashboard):
        for target in panel.get("targets", []):
            yield panel["title"], resolved(target["expr"])


def label_values(dashboard):
    """The selector and the label of each variable that is asked of Prometheus."""
    for variable in dashboard["templating"]["list"]:
        if variable["type"] == "query":
            query = variable["query"]
            query = query if isinstance(query, str) else query["query"]
            selector, label = re.fullmatch(r"label_values\((.*), *(\w+)\)", query).groups()
            yield resolved(selector), label


def read_json(folder, name):
    return json.loads((folder / name).read_text())


def read_yaml(folder, name):
    return yaml.safe_load((folder / name).read_text())


def rules(folder):
    """Every rule of the exported file."""
    return [rule for group in read_yaml(folder, "rules.yml")["groups"] for rule in group["rules"]]
