"""What would go out: each package has all that it needs and nothing else, and builds where this repository is not."""

import os
import re
import shutil

import pytest

from packages import CRATES, ROOT, ask, packages

LICENCES = ["LICENSE-APACHE", "LICENSE-MIT"]
# sources, the page, what is embedded, and what cargo writes
KINDS = {".rs", ".toml", ".lock", ".md", ".json", ".txt", ".css", ".html", ".js", ".svg", ".orig", ""}
WRITTEN_BY_CARGO = {".cargo_vcs_info.json", "Cargo.lock", "Cargo.toml.orig"}


def contents(crate):
    told = ask("cargo", "package", "--locked", "--allow-dirty", "--list", "-p", crate)
    assert told.returncode == 0, told.stderr
    return set(told.stdout.split("\n")) - {""}


def sources(crate):
    return sorted((ROOT / crate / "src").rglob("*.rs"))


@pytest.mark.parametrize("crate", CRATES)
@pytest.mark.parametrize("licence", LICENCES)
def test_each_crate_has_the_licences_of_the_project(crate, licence):
    assert (ROOT / crate / licence).read_bytes() == (ROOT / licence).read_bytes()


@pytest.mark.parametrize("crate", CRATES)
def test_a_package_has_what_it_needs(crate):
    there = contents(crate)
    source = {str(file.relative_to(ROOT / crate)) for file in (ROOT / crate / "src").rglob("*") if file.is_file()}
    assert {"Cargo.toml", "Cargo.lock", "README.md", *LICENCES} | source <= there


@pytest.mark.parametrize("crate", CRATES)
def test_a_package_has_every_file_that_is_included(crate):
    there = contents(crate)
    included = set()
    for file in sources(crate):
        for name in re.findall(r"\binclude(?:_str|_bytes)?!\(\s*\"([^\"]+)\"", file.read_text()):
            # a name that leaves the package is in nobody's copy of it
            included.add(os.path.relpath((file.parent / name).resolve(), ROOT / crate))
    assert "README.md" in included
    assert included - there == set()


@pytest.mark.parametrize("crate", CRATES)
def test_a_package_has_nothing_else(crate):
    there = contents(crate) - WRITTEN_BY_CARGO
    assert {name for name in there if not name.startswith(("src/", "docs/"))} == {"Cargo.toml", "README.md", *LICENCES}
    assert {name for name in there if os.path.splitext(name)[1] not in KINDS} == set()


@pytest.mark.parametrize("crate", CRATES)
def test_a_package_tells_of_itself(crate):
    package = packages()[crate]
    assert package["description"] and package["license"] == "MIT OR Apache-2.0" and package["readme"] == "README.md"
    # more than five of either are refused where packages are published
    assert 1 <= len(package["keywords"]) <= 5 and 1 <= len(package["categories"]) <= 5
    assert package["metadata"]["docs"]["rs"]["all-features"]


@pytest.mark.parametrize("crate", CRATES)
def test_a_readme_has_no_link_into_the_repository(crate):
    targets = re.findall(r"\]\(([^)]*)\)", (ROOT / crate / "README.md").read_text())
    assert [target for target in targets if not target.startswith("https://")] == []


def test_no_package_is_published_under_a_name_of_others():
    # an empty list of registries is `publish = false`
    assert {name for name, package in packages().items() if package["publish"] != []} == set()


def test_the_packages_build_without_the_repository():
    """Packed together, as they would be published: a package that is not to be published is no dependency of another's."""
    copy = ROOT / "target/supply/source"
    shutil.rmtree(copy, ignore_errors=True)
    # no link of the copy's may be followed out of it
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns("target", ".*", "__pycache__"))
    for crate in CRATES:
        manifest = copy / crate / "Cargo.toml"
        text = manifest.read_text()
        assert "\npublish = false\n" in text
        manifest.write_text(text.replace("\npublish = false\n", "\n"))
    crates = [argument for crate in CRATES for argument in ("-p", crate)]
    # that it builds is the question: nothing is debugged
    quickly = {**os.environ, "CARGO_PROFILE_DEV_DEBUG": "0", "CARGO_INCREMENTAL": "0"}
    told = ask("cargo", "package", "--locked", "--target-dir", str(ROOT / "target/supply/build"), *crates, folder=copy, environment=quickly)
    assert told.returncode == 0, told.stderr
    warnings = [line for line in told.stderr.splitlines() if line.startswith("warning") and not EXPECTED.match(line)]
    assert warnings == []


# tests stay here; there is no address of a repository to be told
EXPECTED = re.compile(r"warning: (ignoring test `\w+` as `tests/\w+\.rs` is not included in the published package"
                      r"|manifest has no documentation, homepage or repository)")
