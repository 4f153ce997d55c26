"""The generated tests of generated rules pass in promtool, for every example, and each alert has one that fires."""

import re
import subprocess

import pytest
import yaml

from programs import EXAMPLES, target_directory


def export(name, folder):
    """Everything that is generated of an example."""
    program = target_directory() / "debug" / "examples" / name
    assert program.exists(), f"{program}: `cargo build --examples` makes it"
    subprocess.run([program, "metrics", "export", "--out", folder], check=True, stdout=subprocess.PIPE)


def alerts(folder):
    groups = yaml.safe_load((folder / "rules.yml").read_text(encoding="utf-8"))["groups"]
    return {rule["alert"] for group in groups for rule in group["rules"] if "alert" in rule}


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_alert_of_an_example_fires_and_is_silent(name, tmp_path):
    export(name, tmp_path)
    command = ["promtool", "test", "rules", "rules.test.yml"]
    done = subprocess.run(command, cwd=tmp_path, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    # without the rules it would pass, and warn
    assert done.returncode == 0 and "SUCCESS" in done.stdout and "WARNING" not in done.stdout, done.stdout
    tests = yaml.safe_load((tmp_path / "rules.test.yml").read_text(encoding="utf-8"))["tests"]
    checks = [check for test in tests for check in test.get("alert_rule_test", [])]
    fires = {check["alertname"] for check in checks if check["exp_alerts"]}
    # of an expression that is not understood it is only seen that it fires
    values = [check["expr"] for test in tests for check in test.get("promql_expr_test", [])]
    fires |= {name for expr in values for name in re.findall(r'ALERTS{alertname="(\w+)"', expr)}
    silent = {check["alertname"] for check in checks if not check["exp_alerts"]}
    assert alerts(tmp_path) and fires == silent == alerts(tmp_path)
