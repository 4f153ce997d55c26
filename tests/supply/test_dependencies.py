"""What comes in: locked, of licences and sources that deny.toml allows, used, and as it was vendored."""

import hashlib
import re

import pytest

from packages import ROOT, WORKSPACES, ask

# of the package `uplot` 1.6.32 on npm: dist/uPlot.iife.min.js, dist/uPlot.min.css, LICENSE
UPLOT = {
    "uPlot.iife.min.js": "19c8d4c6ad88929a79f4ae49d6f7161566dfd0ba3d15cc495e974f787eb78f1f",
    "uPlot.min.css": "df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04",
    "LICENSE": "8f989229699b4fe2f1a0432d0e9edc338a8a911e250e2d1b01ecd770a5f5b1bd",
}


@pytest.mark.parametrize("workspace", WORKSPACES)
def test_the_lock_file_is_that_of_the_manifests(workspace):
    told = ask("cargo", "metadata", "--locked", "--format-version=1", folder=ROOT / workspace)
    assert told.returncode == 0, (
        f"{told.stderr}\nbring it up to date: cargo metadata --format-version=1 --manifest-path {workspace}/Cargo.toml > /dev/null"
    )


@pytest.mark.parametrize("script", ["tests/run", "fuzz/run"])
def test_every_build_is_of_the_lock_file(script):
    builds = re.findall(r"^[^#\n]*\bcargo (?:build|check|clippy|doc|install|nextest run|package|run|rustdoc|test)\b[^\n]*",
                        (ROOT / script).read_text(), re.MULTILINE)
    assert builds
    assert [line.strip() for line in builds if "--locked" not in line and "cargo clippy\"" not in line] == []


@pytest.mark.parametrize("workspace", WORKSPACES)
def test_dependencies_have_licences_and_sources_that_are_allowed(workspace):
    # in the others not every licence of the list is met
    strict = ["--deny", "license-not-encountered"] if workspace == "." else []
    told = ask("cargo", "deny", "--locked", "--log-level=error", f"--manifest-path={workspace}/Cargo.toml", "--config=deny.toml",
               "check", *strict, "licenses", "bans", "sources")
    assert told.returncode == 0, told.stderr
    assert "bans ok, licenses ok, sources ok" in told.stdout + told.stderr


def test_every_dependency_is_used():
    told = ask("cargo", "machete", "--skip-target-dir")
    assert told.returncode == 0, told.stdout


def test_uplot_is_what_was_published():
    vendored = ROOT / "metrics-server/src/live/page/vendor/uplot"
    found = {name: hashlib.sha256((vendored / name).read_bytes()).hexdigest() for name in UPLOT}
    assert found == UPLOT
    assert {file.name for file in vendored.iterdir()} == {*UPLOT, "README.md"}
