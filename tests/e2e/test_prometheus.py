"""A real Prometheus scrapes the running quickstart, and answers queries with what the example did."""

import re

import pytest

from exposition import SUFFIXES, assert_between, canonical, scrape, scrape_open_metrics
from waiting import wait_until

# what the load of the example moves; the server's own metrics move with every scrape
CAFE = ("cafe_", "function_")


def stored(prometheus):
    """Every sample that Prometheus has of the target, as in an exposition, and the time of its scrape."""
    at = prometheus.number('timestamp(up{job="quickstart"})')
    selector = '{job="quickstart",__name__!~"up|scrape_.*"}'
    samples = {}
    for labels, value in prometheus.query(selector):
        name = labels.pop("__name__")
        del labels["job"], labels["instance"]
        samples[(name, frozenset(canonical(labels)))] = value
    return at, samples


def next_scrape(prometheus):
    """The samples of a scrape that began after this was called."""
    now = prometheus.number("vector(time())")

    def newer():
        at, samples = stored(prometheus)
        # a second scrape between the two queries would mix them
        return at > now and at == prometheus.number('timestamp(up{job="quickstart"})') and samples

    return wait_until("another scrape by Prometheus", newer)


@pytest.fixture
def scraped_by(prometheus):
    """A Prometheus that has scraped this example."""

    def start(quickstart):
        # that of the scraper is its timeout, too: a machine may be slow
        server = prometheus(interval="3s", quickstart=quickstart.authority)
        server.wait_for_target()
        wait_until("a first sample", lambda: server.query("up"))
        return server

    return start


def test_what_prometheus_has_is_what_the_example_did(example, scraped_by):
    quickstart = example("quickstart", "--load-seconds", "4")
    server = scraped_by(quickstart)

    # whatever grows lies between a scrape before and a scrape after
    overflow = ("cafe_orders_by_guest_total", frozenset({("guest", "overflow")}))
    wait_until("every series", lambda: overflow in scrape(quickstart).samples)
    before = scrape(quickstart)
    samples = next_scrape(server)
    after = scrape(quickstart)
    assert samples.keys() == before.samples.keys() == after.samples.keys()
    assert_between(before, samples, after)

    # the load over, it is equal
    def equal():
        before, samples, after = scrape(quickstart), next_scrape(server), scrape(quickstart)
        if before.of(*CAFE) != after.of(*CAFE) or before.value("cafe_brewing_now") != 0:
            return None
        own = {key: value for key, value in samples.items() if key[0].startswith(CAFE)}
        assert own == after.of(*CAFE)
        return after

    final = wait_until("the end of the load", equal)

    # the numbers agree with each other, as Prometheus sees them
    orders = server.number("sum(cafe_orders_total)")
    assert orders == final.total("cafe_orders_total") > 0
    assert server.number("sum(cafe_orders_by_guest_total)") == orders
    assert server.number("cafe_takings_euros_total") == 2.5 * orders
    assert server.number('function_calls_total{function="take_order",outcome="ok"}') == orders
    assert server.number("sum(cafe_brewing_seconds_count)") == orders
    whole = 'cafe_brewing_seconds_count == ignoring(le) cafe_brewing_seconds_bucket{le="+Inf"}'
    assert len(server.query(whole)) == 3 * 4, "of each drink and outcome"
    assert server.number('cafe_orders_by_guest_total{guest="overflow"}') > 0, "more guests than the cap"
    overflows = server.number('metrics_label_overflows_total{family="cafe_orders_by_guest_total"}')
    assert overflows == server.number('cafe_orders_by_guest_total{guest="overflow"}')
    assert server.number("histogram_quantile(0.5, sum by (le) (cafe_brewing_seconds_bucket))") > 0
    # what Prometheus saw in each of its scrapes: nothing ever went down
    assert server.number("sum(resets(cafe_orders_total[1h]))") == 0
    assert server.number("sum(resets(cafe_brewing_seconds_bucket[1h]))") == 0

    # and with what the example says in the end
    assert quickstart.terminate() == 0
    assert float(quickstart.wait_for_line(r"orders made (\d+)")[1]) == orders


def test_rates_are_those_of_the_load(example, scraped_by):
    server = scraped_by(example("quickstart"))
    rate = "sum(rate(cafe_orders_total[1h]))"
    growth = "sum(increase(cafe_orders_total[1h]))"
    wait_until("two scrapes of some load", lambda: server.query(rate) and server.number(rate) > 0)
    assert 0 < server.number(growth)


def test_the_target_tells_types_and_helps(example, scraped_by):
    quickstart = example("quickstart")
    server = scraped_by(quickstart)
    exposition = scrape_open_metrics(quickstart)
    # OpenMetrics, which Prometheus asks for, has neither `_total` nor `_info` in the name of a family
    told = {
        name.removesuffix(SUFFIXES.get(kind, "")): (kind, exposition.units.get(name, ""), exposition.families[name][1])
        for name, kind in exposition.types.items()
    }
    metadata = {
        name: (entries[0]["type"], entries[0]["unit"], entries[0]["help"])
        for name, entries in server.ask("metadata").items()
    }
    assert metadata == told
    assert metadata["cafe_brewing_seconds"] == ("histogram", "seconds", "Time to make a drink.")
    [target] = server.ask("targets")["activeTargets"]
    assert target["lastError"] == ""
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/metrics", target["scrapeUrl"])
