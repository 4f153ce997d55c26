"""An exposition as the Python client of Prometheus reads it, in either of the formats that it knows."""

import decimal
import json

from prometheus_client import parser as text_parser
from prometheus_client.openmetrics import parser as open_metrics_parser

from programs import fetch

TEXT = "text/plain;version=0.0.4"
OPEN_METRICS = "application/openmetrics-text;version=1.0.0"
PROTOBUF = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"

# what OpenMetrics takes off the names of families, and the text format does not; and its types that text lacks
SUFFIXES = {"counter": "_total", "info": "_info"}
TEXT_TYPES = {"info": "gauge", "stateset": "gauge"}


class Exposition:
    """Families with type, help and unit, and the value of each sample by its name and labels, as the text format
    calls them: whatever the format was, the same content makes the same exposition, but for what only OpenMetrics
    can say, which is in `units`, `types` and `exemplars`."""

    def __init__(self, text, parser=text_parser):
        self.text = text
        # names are those of the text format
        self.families = {}
        self.types = {}
        self.units = {}
        self.samples = {}
        self.exemplars = {}
        # the samples that never go down
        self.growing = set()
        for family in parser.text_string_to_metric_families(text):
            name = family.name + SUFFIXES.get(family.type, "")
            assert name not in self.families, f"{name} is exposed twice"
            self.families[name] = (TEXT_TYPES.get(family.type, family.type), family.documentation)
            self.types[name] = family.type
            if family.unit:
                self.units[name] = family.unit
            for sample in family.samples:
                key = (sample.name, frozenset(canonical(sample.labels)))
                assert key not in self.samples, f"{key} is exposed twice"
                self.samples[key] = float(sample.value)
                if sample.exemplar:
                    self.exemplars[key] = sample.exemplar
                if family.type in ("counter", "histogram"):
                    self.growing.add(key)
        # the parser of OpenMetrics passes over what is there twice
        lines = [line for line in text.split("\n") if line and not line.startswith("#")]
        assert len(lines) == len(self.samples), "as many samples as lines"

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


def canonical(labels):
    """Labels with bounds and quantiles as the text format writes them: `1` and `0.00001`, which OpenMetrics writes `1.0`
    and `1e-05`."""
    for name, value in labels.items():
        if name in ("le", "quantile") and value != "+Inf":
            value = format(decimal.Decimal(value), "f")
            value = value.removesuffix(".0")
        yield name, value


def scrape(program):
    """What a scraper gets that asks for nothing."""
    status, content_type, body = fetch(program.metrics)
    assert status == 200, body
    assert content_type == "text/plain; version=0.0.4; charset=utf-8"
    return Exposition(body)


def scrape_open_metrics(program):
    status, content_type, body = fetch(program.metrics, accept=OPEN_METRICS)
    assert status == 200, body
    assert content_type == "application/openmetrics-text; version=1.0.0; charset=utf-8"
    return Exposition(body, open_metrics_parser)


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
