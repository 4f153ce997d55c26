"""Each example's exposition, in text and as OpenMetrics, is read by the parsers of the Python client, the strict one
among them, and says the same."""

import json

import pytest

from exposition import assert_between, scrape, scrape_open_metrics
from programs import EXAMPLES, ask
from waiting import wait_until

# what is never still: the server counts its scrapes, as the app may its requests, and tells of its process; and a rate
# over the last minute falls for a minute
RESTLESS = ("metrics_", "http_server_", "process_", "tokio_", "eroshit_hit_rate_")


def moved(samples):
    return {key: value for key, value in samples.items() if not key[0].startswith(RESTLESS)}


@pytest.mark.parametrize("name", EXAMPLES)
def test_both_formats_say_the_same(example, name):
    program = example(name, "--load-seconds", "2")

    def still():
        """A scrape between two of the other format, with everything but the restless as it was before and after."""
        before, between, after = scrape(program), scrape_open_metrics(program), scrape(program)
        still = moved(before.samples) == moved(after.samples) and before.samples.keys() == after.samples.keys()
        return still and (before, between, after)

    before, between, after = wait_until("the end of the load", still)
    assert len(moved(before.samples)) > 10
    assert moved(between.samples) == moved(before.samples)
    assert between.samples.keys() == before.samples.keys()
    assert_between(before, between.samples, after)
    assert between.families == before.families
    # what only OpenMetrics tells
    assert between.text.endswith("\n# EOF\n")
    for family, unit in between.units.items():
        assert family.removesuffix("_total").endswith(f"_{unit}")
    assert between.units["metrics_scrape_duration_seconds"] == "seconds"
