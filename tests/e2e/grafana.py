"""Grafana's own types for dashboards (grafana-foundation-sdk) as a reader that is not ours: what they do not know is lost on
the way through them. Each version of them is asked in a process of its own, which runs this file."""

import json
import pathlib
import subprocess
import sys

from programs import target_directory

# of Grafana 10.1, and of today
VERSIONS = ["oldest", "newest"]


def folder(version):
    """Where `tests/run needs` puts this version."""
    there = target_directory() / "grafana-sdk" / version
    assert (there / "grafana_foundation_sdk").is_dir(), f"{there} is empty: `tests/run needs` fills it"
    return there


def read_by(version, dashboard, plugins=True):
    """The dashboard after a way through the types of this version, and after a second one."""
    command = [sys.executable, __file__, "typed" if plugins else "untyped"]
    # none of ours: only the types
    environment = {"PYTHONPATH": str(folder(version)), "PYTHONDONTWRITEBYTECODE": "1"}
    told = subprocess.run(command, input=dashboard, env=environment, capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout)


def differences(given, read, path="$"):
    """What of `given` is lost or other in `read`; defaults that were added are no loss."""
    if isinstance(given, dict) and isinstance(read, dict):
        for key, value in given.items():
            if key in read:
                yield from differences(value, read[key], f"{path}.{key}")
            else:
                yield f"{path}.{key} is lost"
    elif isinstance(given, list) and isinstance(read, list):
        if len(given) != len(read):
            yield f"{path} has {len(given)} items, and then {len(read)}"
        for place, (one, other) in enumerate(zip(given, read)):
            yield from differences(one, other, f"{path}[{place}]")
    elif isinstance(given, bool) != isinstance(read, bool) or given != read:
        yield f"{path} is {given!r}, and then {read!r}"


def panels(dashboard):
    """All panels that are no rows, also those inside of rows that are closed."""
    for item in dashboard["panels"]:
        if item["type"] == "row":
            yield from item["panels"]
        else:
            yield item


def once(pairs):
    """An object; a key that is there twice would hide one of the two."""
    keys = [key for key, _ in pairs]
    assert len(keys) == len(set(keys)), keys
    return dict(pairs)


def _main():
    import warnings

    # the newest types are those of the classic schema, which is not the newest schema
    warnings.simplefilter("ignore", DeprecationWarning)
    from grafana_foundation_sdk.cog.encoder import JSONEncoder
    from grafana_foundation_sdk.models.dashboard import Dashboard

    if sys.argv[1] == "typed":
        # without them all that differs between kinds of panels is passed on as it came
        from grafana_foundation_sdk.cog.plugins import register_default_plugins

        register_default_plugins()

    def through(dashboard):
        return json.loads(JSONEncoder(sort_keys=True, allow_nan=False).encode(Dashboard.from_json(dashboard)))

    first = through(json.load(sys.stdin))
    json.dump([first, through(json.loads(json.dumps(first)))], sys.stdout)


if __name__ == "__main__":
    _main()
