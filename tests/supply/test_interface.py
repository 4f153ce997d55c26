"""What the crates show to their users does not change unseen: the lines of `interface/` are read in every review.

Whether a change breaks with users of an older version is asked by `tests/run supply --semver`, whose tool takes long to build.
"""

import json
import os

import pytest

from interface import Interface
from packages import CRATES, ROOT, ask, packages

TARGET = ROOT / "target/supply/interface"


@pytest.mark.parametrize("crate", CRATES)
def test_the_public_interface_is_the_one_that_was_reviewed(crate):
    # the JSON is for nightly compilers but for this word; a folder of its own, as it makes everything be built anew.
    # `docsrs` is what docs.rs documents with
    environment = {**os.environ, "RUSTC_BOOTSTRAP": "1", "CARGO_PROFILE_DEV_DEBUG": "0", "CARGO_INCREMENTAL": "0"}
    told = ask("cargo", "rustdoc", "--locked", "--lib", "-p", crate, *features(crate), f"--target-dir={TARGET}", "--",
               "-Zunstable-options", "--output-format=json", "--cfg=docsrs", environment=environment)
    assert told.returncode == 0, told.stderr
    found = Interface(json.loads((TARGET / f"doc/{crate.replace('-', '_')}.json").read_text())).lines()
    assert found

    golden = ROOT / f"tests/supply/interface/{crate}.txt"
    if os.environ.get("UPDATE_GOLDEN") == "1":
        golden.parent.mkdir(exist_ok=True)
        golden.write_text("\n".join(found) + "\n")
    reviewed = golden.read_text().splitlines() if golden.exists() else []
    new = [line for line in found if line not in set(reviewed)]
    gone = [line for line in reviewed if line not in set(found)]
    assert (new, gone) == ([], []), "if it is meant: UPDATE_GOLDEN=1 tests/run supply -k interface, and read what it wrote"


def features(crate):
    """All that users may turn on; not what is for the tests of this project, whose names begin with `_`."""
    public = [feature for feature in packages()[crate]["features"] if not feature.startswith("_")]
    return ["--features", ",".join(public)] if public else []
