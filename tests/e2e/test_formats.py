"""A real Prometheus scrapes a program in each of its formats, and reads back what was put in."""

import math
import time

import pytest

from every_kind import FAMILIES, HISTOGRAMS, Contents, bits
from exposition import OPEN_METRICS, PROTOBUF, TEXT, canonical
from native import Native
from programs import Prometheus, Served
from proxy import Proxy
from waiting import wait_until

FLAGS = ["--enable-feature=native-histograms,exemplar-storage"]

# by job: what is asked for in place of what Prometheus asks for, and what must be answered
ASKED = {
    "text": (TEXT, "text/plain; version=0.0.4; charset=utf-8"),
    "open_metrics": (OPEN_METRICS, "application/openmetrics-text; version=1.0.0; charset=utf-8"),
    "protobuf": (PROTOBUF, PROTOBUF.replace(";", "; ")),
    # with native histograms, Prometheus prefers protobuf
    "as_it_is": (None, PROTOBUF.replace(";", "; ")),
}
NATIVE = ["protobuf", "as_it_is"]


@pytest.fixture(scope="module")
def contents():
    return Contents()


@pytest.fixture(scope="module")
def program():
    program = Served("every_kind")
    try:
        yield program
        assert program.end() == 0, program.output()
    finally:
        program.kill()


@pytest.fixture(scope="module")
def put_in(program, contents):
    """The contents are in the program: since when, and until when, in seconds as they are written in milliseconds."""
    before = math.floor(time.time() * 1000) / 1000
    program.tell(list(contents.puts()))
    return before, math.ceil(time.time() * 1000) / 1000


@pytest.fixture(scope="module")
def proxies(program, put_in):
    """The program with its contents, behind a proxy for each format."""
    proxies = {job: Proxy(program.authority, accept) for job, (accept, _) in ASKED.items()}
    yield proxies
    for proxy in proxies.values():
        proxy.stop()


@pytest.fixture(scope="module")
def server(proxies, tmp_path_factory):
    """A Prometheus that has scraped them all."""
    targets = {job: proxy.own_authority for job, proxy in proxies.items()}
    server = Prometheus(tmp_path_factory.mktemp("prometheus"), targets, FLAGS)
    try:
        server.wait_for_target()
        wait_until("samples of all", lambda: len(server.query("scrape_series_added")) == len(targets))
        yield server
    finally:
        server.kill()


def labels_of(metric):
    """The labels that the program gave: without a name, and without those that Prometheus adds."""
    return frozenset(canonical({k: v for k, v in metric.items() if k not in ("__name__", "job", "instance")}))


def stored(server, job, pattern):
    """The samples that Prometheus has of names of this pattern."""
    result = server.query(f'{{job="{job}",__name__=~"{pattern}"}}')
    return {(metric["__name__"], labels_of(metric)): value for metric, value in result}


@pytest.mark.parametrize("job", ASKED)
def test_the_format_is_the_one_that_was_asked_for(server, proxies, job):
    for _, answer in proxies[job].exchanges:
        assert answer["content-type"] == ASKED[job][1]
        assert answer["content-encoding"] == "gzip", "as Prometheus asks"


@pytest.mark.parametrize("job", ASKED)
def test_numbers_are_what_was_put_in(server, contents, job):
    histograms = "|".join(f"{name}.*" for name, _, _ in HISTOGRAMS.values())
    samples = stored(server, job, "known_.*")
    samples = {key: value for key, value in samples.items() if key not in stored(server, job, histograms)}
    assert bits(samples) == bits(contents.samples())


@pytest.mark.parametrize("family", HISTOGRAMS)
@pytest.mark.parametrize("job", ASKED)
def test_classic_histograms_are_what_was_observed(server, contents, job, family):
    name, _, native = HISTOGRAMS[family]
    # of a histogram that has both kinds of buckets, this version of Prometheus takes the native ones
    expected = {} if native and job in NATIVE else contents.classic(family)
    assert stored(server, job, f"{name}_.*") == expected


def natives(server, job, name):
    """The native histograms of a name by the value of their label: count, sum, and count by bounds."""
    histograms = {}
    for metric, data in server.native(f'{name}{{job="{job}"}}'):
        buckets = [((float(low), float(high)), int(count)) for _, low, high, count in data["buckets"]]
        histograms[metric.get("text", "")] = (int(data["count"]), float(data["sum"]), buckets)
    return histograms


def schema_of(buckets):
    """The schema that these bounds are of: their factor is `2^(2^-schema)`."""
    low, high = max(bounds for bounds, _ in buckets)
    return round(-math.log2(math.log2(high / low)))


@pytest.mark.parametrize("family", [family for family, (_, _, native) in HISTOGRAMS.items() if native])
@pytest.mark.parametrize("job", NATIVE)
def test_native_histograms_are_what_was_observed(server, contents, job, family):
    name, _, _ = HISTOGRAMS[family]
    found = natives(server, job, name)
    assert found.keys() == contents.observations(family).keys()
    for text, (count, total, buckets) in found.items():
        observed = contents.observations(family)[text]
        schema = schema_of(buckets)
        if family == "coarse":
            fits = [fine for fine in range(-4, 4) if len(Native(observed, fine).buckets) <= 20]
            assert schema == max(fits), "no coarser than it must be"
        else:
            assert schema == 3, "a factor of at most 1.1"
        expected = Native(observed, schema)
        assert (count, total) == (expected.count, expected.sum)
        assert [number for _, number in buckets] == [number for _, number in expected.buckets]
        for (bounds, _), (right, _) in zip(buckets, expected.buckets):
            assert bounds == pytest.approx(right, rel=1e-12)


@pytest.mark.parametrize("family", [family for family, (_, _, native) in HISTOGRAMS.items() if native])
def test_quantiles_of_native_histograms_are_those_of_their_buckets(server, contents, family):
    name, _, _ = HISTOGRAMS[family]
    schemas = {text: schema_of(buckets) for text, (_, _, buckets) in natives(server, "protobuf", name).items()}
    for q in [0, 0.01, 0.25, 0.5, 0.9, 0.99, 1]:
        answers = server.query(f'histogram_quantile({q}, {name}{{job="protobuf"}})')
        assert len(answers) == len(schemas)
        for metric, value in answers:
            text = metric.get("text", "")
            expected = Native(contents.observations(family)[text], schemas[text]).quantile(q)
            assert value == pytest.approx(expected, rel=1e-9), (text, q)


@pytest.mark.parametrize("job", ASKED)
def test_types_units_and_helps_are_told(server, job):
    known = {}
    for entry in server.ask("targets/metadata", match_target=f'{{job="{job}"}}'):
        if entry["metric"].startswith("known_"):
            known[entry["metric"]] = (entry["type"], entry["unit"], entry["help"])
    expected = {}
    for name, (kind, unit, text) in FAMILIES.items():
        if job == "open_metrics":
            expected[name.removesuffix("_total").removesuffix("_info")] = (kind, unit, text)
        else:
            # the others have no such types, nor does this version of Prometheus read a unit from them
            kind = "gauge" if kind in ("info", "stateset") else kind
            expected[name] = (kind, "", text)
    assert known == expected


def exemplars(server, job, name):
    """The exemplars that Prometheus has of the series of this name: trace, value and time of each."""
    found = []
    for series in server.ask("query_exemplars", query=f'{{job="{job}",__name__=~"{name}.*"}}', start=0, end=2**31):
        for exemplar in series["exemplars"]:
            assert exemplar["labels"].keys() == {"trace_id"}
            trace = exemplar["labels"]["trace_id"]
            if job == "open_metrics":
                # which this version of Prometheus takes as it is written
                trace = trace.replace('\\"', '"')
            found.append((trace, float(exemplar["value"]), exemplar["timestamp"]))
    return found


def without_time(exemplars):
    return sorted((trace, value) for trace, value, _ in exemplars)


@pytest.mark.parametrize("job", ASKED)
@pytest.mark.parametrize("family", ["hits", "classic", "both"])
def test_exemplars_are_the_newest_that_were_given(server, contents, put_in, job, family):
    found = exemplars(server, job, f"known_{family}")
    given = sorted(contents.exemplars(family))
    if job == "text":
        assert found == [], "the format has none"
    elif family == "both" and job in NATIVE:
        # all are of one series then, and Prometheus takes none that is as old as another of its series
        assert found and set(without_time(found)) <= set(given)
    else:
        assert without_time(found) == given
        assert sorted(found) == sorted(exemplars(server, "protobuf" if family == "hits" else "open_metrics", f"known_{family}"))
    for _, _, time in found:
        assert put_in[0] <= time <= put_in[1]
