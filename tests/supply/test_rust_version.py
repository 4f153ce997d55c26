"""The oldest Rust is stated in every package, and the tests are run with it."""

import re

import pytest

from packages import CRATES, ROOT, WORKSPACES, ask, packages, version

OLDEST = packages()["metrics-core"]["rust_version"]


@pytest.mark.parametrize("workspace", WORKSPACES)
def test_every_package_states_the_oldest_rust(workspace):
    assert {name: package["rust_version"] for name, package in packages(workspace).items()} == dict.fromkeys(packages(workspace), OLDEST)


@pytest.mark.parametrize("file", ["README.md", *(f"{crate}/README.md" for crate in CRATES)])
def test_every_readme_states_the_oldest_rust(file):
    stated = re.findall(r"(?:Minimum Rust: |The oldest Rust is )(\d+\.\d+)", (ROOT / file).read_text())
    assert stated == [OLDEST]


def test_the_crates_are_built_with_the_oldest_rust():
    told = ask("rustc", "--version", "--verbose").stdout
    release = re.search(r"^release: (.*)$", told, re.MULTILINE)[1]
    assert version(release) >= version(OLDEST), f"Rust {release} is older than {OLDEST}"
    # else every other test is of it
    if version(release)[:2] == version(OLDEST)[:2]:
        return
    crates = [argument for crate in CRATES for argument in ("-p", crate)]
    told = ask("rustup", "run", OLDEST, "cargo", "check", "--locked", "--all-features", "--target-dir=target/oldest", *crates)
    assert told.returncode == 0, f"{told.stderr}\nwhere it is not there: rustup toolchain install {OLDEST} --profile minimal"
