"""The connection of the stream, with an echo behind it, under the fuzzing client of the Autobahn test suite.

Sections 12 and 13 of the suite are about compression, which the server does not offer, and are left out. Of section 9, about
long messages and many, the ends of each scale are played, and what is between them is not, as the client is slow: messages
of 64 KiB to 16 MiB in one frame, of 4 MiB in frames of 64 bytes to 4 MiB, in pieces of 64 bytes to 2 KiB, and a thousand
of 4 KiB.
"""

import json
import pathlib
import sys

import pytest

from programs import Program

SECTIONS = {
    "framing": (["1.*"], 16),
    "pings": (["2.*"], 11),
    "reserved": (["3.*", "4.*"], 17),
    "fragments": (["5.*", "10.*"], 21),
    "text": (["6.*"], 145),
    "close": (["7.*"], 37),
    "long": (["9.[12].[136]", "9.[34].[19]", "9.[56].[16]", "9.[78].6"], 16),
}

# What is no "OK" and no failure, and why.
ACCEPTED = {
    # wrong text within one frame is refused when the frame is whole, not at its first wrong octet: it is 64 KiB at most
    "6.4.3": "NON-STRICT",
    "6.4.4": "NON-STRICT",
    # what is asked for after a close frame is a matter of taste; so are codes from 5000, which are refused with 1002
    "7.1.6": "INFORMATIONAL",
    "7.13.1": "INFORMATIONAL",
    "7.13.2": "INFORMATIONAL",
}


@pytest.mark.parametrize("section", SECTIONS)
def test_the_connection_has_no_failure_under_the_fuzzing_client(served, section):
    url = served("echo").wait_for_line(r"ws://\S+")[0]
    patterns, count = SECTIONS[section]
    script = pathlib.Path(__file__).parent / "autobahn_client.py"
    client = Program([sys.executable, "-W", "ignore", script, url, *patterns])
    try:
        assert client.wait_for_exit() == 0, client.output()
    finally:
        client.kill()
    verdicts = [json.loads(line) for line in client.lines if line.startswith("{")]
    assert len(verdicts) == count, client.output()
    failures = [
        verdict
        for verdict in verdicts
        if verdict["behavior"] != ACCEPTED.get(verdict["case"], "OK")
        or verdict["close"] not in ("OK", "INFORMATIONAL")
    ]
    assert not failures, json.dumps(failures, indent=2)
