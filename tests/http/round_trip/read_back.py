"""Parses expositions with the Python client: one JSON string a line in, one JSON object a line out."""

import json
import struct
import sys

from prometheus_client.parser import text_string_to_metric_families


def read(text):
    families, samples = [], []
    for family in text_string_to_metric_families(text):
        # the parser takes `_total` off the names of counters
        suffix = "_total" if family.type == "counter" else ""
        families.append((family.name + suffix, family.type, family.documentation))
        for sample in family.samples:
            bits = struct.pack(">d", sample.value).hex()
            samples.append((sample.name, sample.labels, bits))
    return {"error": None, "families": families, "samples": samples}


for line in sys.stdin:
    try:
        answer = read(json.loads(line))
    except Exception as error:  # whatever it is, it is the exposition's fault, and the test's to tell
        answer = {"error": repr(error), "families": [], "samples": []}
    print(json.dumps(answer), flush=True)
