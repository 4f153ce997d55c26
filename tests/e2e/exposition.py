"""An exposition as the Python client of Prometheus reads it."""

import json

from prometheus_client.parser import text_string_to_metric_families

from programs import fetch


class Exposition:
    """Families with type and help, and the value of each sample by its name and labels."""

    def __init__(self, text):
        self.text = text
        self.families = {}
        self.samples = {}
        # the samples that never go down
        self.growing = set()
        for family in text_string_to_metric_families(text):
            # the parser takes `_total` off the names of counters
            name = family.name + ("_total" if family.type == "counter" else "")
            assert name not in self.families, f"{name} is exposed twice"
            self.families[name] = (family.type, family.documentation)
            for sample in family.samples:
                key = (sample.name, frozenset(sample.labels.items()))
                assert key not in self.samples, f"{key} is exposed twice"
                self.samples[key] = sample.value
                if family.type in ("counter", "histogram"):
                    self.growing.add(key)

    def value(self, name, **labels):
        return self.samples[(name, frozenset(labels.items()))]

    def total(self, name, **labels):
        """The sum over all samples of this name that have these labels."""
        chosen = [
            value
            for (of, own), value in self.samples.items()
            if of == name and set(labels.items()) <= own
        ]
        assert chosen, f"no samples of {name} with {labels}"
        return sum(chosen)

    def of(self, *prefixes):
        """The samples whose names start so."""
        return {key: value for key, value in self.samples.items() if key[0].startswith(prefixes)}


def scrape(program):
    status, content_type, body = fetch(program.metrics)
    assert status == 200, body
    assert content_type == "text/plain; version=0.0.4; charset=utf-8"
    return Exposition(body)


def fetch_json(program):
    status, content_type, body = fetch(f"{program.metrics}/json")
    assert (status, content_type) == (200, "application/json"), body
    return json.loads(body)


def assert_between(before, values, after):
    """Asserts of samples that only grow that each of `values` lies between two scrapes around it."""
    for key in before.growing:
        low, value, high = before.samples[key], values[key], after.samples[key]
        assert low <= value <= high, f"{key}: {low} <= {value} <= {high}"


def quiet(program, *prefixes):
    """An exposition whose samples of these prefixes have stopped moving; none while they move."""
    first = scrape(program)
    # between two scrapes even a busy program may happen to do nothing
    if all(scrape(program).of(*prefixes) == first.of(*prefixes) for _ in range(5)):
        return first
    return None
