"""Parses expositions with the Python client: one JSON `[format, text]` a line in, one JSON object a line out."""

import json
import struct
import sys

from prometheus_client.openmetrics import parser as open_metrics
from prometheus_client import parser as text

PARSERS = {"text": text, "open_metrics": open_metrics}

# what the parsers take off the names of families
SUFFIXES = {"counter": "_total", "info": "_info"}


def read(format, exposition):
    families, samples = [], []
    for family in PARSERS[format].text_string_to_metric_families(exposition):
        suffix = SUFFIXES.get(family.type, "")
        families.append((family.name + suffix, family.type, family.documentation))
        for sample in family.samples:
            bits = struct.pack(">d", sample.value).hex()
            samples.append((sample.name, sample.labels, bits))
    # the strict parser passes over what is there twice
    lines = [line for line in exposition.split("\n") if line and not line.startswith("#")]
    assert len(lines) == len(samples), "as many samples as lines"
    return {"error": None, "families": families, "samples": samples}


for line in sys.stdin:
    try:
        answer = read(*json.loads(line))
    except Exception as error:  # whatever it is, it is the exposition's fault, and the test's to tell
        answer = {"error": repr(error), "families": [], "samples": []}
    print(json.dumps(answer), flush=True)
