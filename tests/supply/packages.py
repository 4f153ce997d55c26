"""The three crates that users depend on, as cargo tells of them, and how it is asked."""

import functools
import json
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
CRATES = ["metrics-derive", "metrics-core", "metrics-server"]
# each with a lock file of its own
WORKSPACES = [".", "fuzz", "benches"]


def ask(*command, folder=ROOT, environment=None):
    """Runs it to its end; what it writes to stdout and to stderr. That it fails is the test's affair."""
    return subprocess.run(command, cwd=folder, env=environment, text=True, capture_output=True)


@functools.cache
def packages(workspace="."):
    """What is in a workspace's manifests, by name."""
    told = ask("cargo", "metadata", "--locked", "--no-deps", "--format-version=1", folder=ROOT / workspace)
    assert told.returncode == 0, told.stderr
    return {package["name"]: package for package in json.loads(told.stdout)["packages"]}


def version(text):
    """The numbers of a version, the last of which may not be written."""
    return tuple(int(number) for number in (text.split("-")[0] + ".0").split(".")[:3])
