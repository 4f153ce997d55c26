"""The stream of the running quickstart: its frames, what it leads to, and what can be asked of it."""

import json

import pytest
import websockets

from exposition import assert_between, fetch_json, scrape
from programs import fetch
from stream_client import converse
from waiting import wait_until

CAFE = ("cafe_", "function_")


def test_hello_says_what_is_to_come(example):
    async def conversation(client):
        hello = await client.data("metrics:hello")
        assert hello["protocol"] == 1
        assert hello["interval_ms"] == 1000
        assert hello["limits"]["interval_ms"] == {"min": 100, "max": 60000}
        assert hello["server"] and isinstance(hello["events"], list)
        await client.snapshot()
        for family in client.families.values():
            assert ("bounds" in family) == (family["type"] == "histogram"), family
        for series, value in client.series.values():
            is_histogram = client.families[series["family"]]["type"] == "histogram"
            assert isinstance(value, dict) == is_histogram, series
        return client.epoch

    quickstart = example("quickstart")
    epoch = converse(quickstart, conversation)
    assert converse(quickstart, conversation) == epoch == fetch_json(quickstart)["epoch"]
    assert converse(example("quickstart"), conversation) != epoch, "another process has another epoch"


def test_deltas_lead_to_the_numbers_of_a_scrape(example):
    quickstart = example("quickstart", "--load-seconds", "3")
    before = scrape(quickstart)

    async def conversation(client):
        await client.data("metrics:hello")
        await client.snapshot()
        earlier = scrape(quickstart)
        # guests come while they are counted
        assert before.samples.keys() <= client.samples().keys() <= earlier.samples.keys()
        while True:
            changes = await client.delta()
            for key, (old, new) in changes.items():
                if key in before.growing:
                    assert old <= new, key
            # with the load over, a scrape before a delta, one after it, and the client agree
            now = scrape(quickstart)
            if earlier.of(*CAFE) == own(client) == now.of(*CAFE) and now.value("cafe_brewing_now") == 0:
                return now
            earlier = now

    final = converse(quickstart, conversation, "?interval_ms=200")
    assert final.total("cafe_orders_total") > 0


def own(client):
    return {key: value for key, value in client.samples().items() if key[0].startswith(CAFE)}


def test_a_snapshot_lies_between_two_scrapes(example):
    quickstart = example("quickstart")

    async def conversation(client):
        await client.data("metrics:hello")
        await client.snapshot()
        before = scrape(quickstart)
        await client.delta()
        await client.delta()
        # the first delta may be of a tick before the scrape, the second is of one after it
        assert_between(before, client.samples(), scrape(quickstart))

    converse(quickstart, conversation, "?interval_ms=200")


def test_only_what_matches_is_sent(example):
    quickstart = example("quickstart")

    async def conversation(client):
        await client.data("metrics:hello")
        await client.snapshot()
        for _ in range(3):
            await client.delta()
            assert {family["name"] for family in client.families.values()} == {
                "cafe_orders_total",
                "cafe_orders_by_guest_total",
            }
            # a family without the label has no series that match
            assert {key for key in client.samples()} == {
                ("cafe_orders_total", frozenset({("drink", "tea")}))
            }

    converse(quickstart, conversation, "?interval_ms=100&match=cafe_orders*&labels=drink%3Dtea")


def test_a_client_can_pause_resume_and_subscribe_anew(example):
    quickstart = example("quickstart")

    async def heard(client):
        """The frames, but for heartbeats, up to the answer to a mistake: what was said before was heard then."""
        await client.socket.send(json.dumps({"op": "shout", "id": client.frames}))
        asked, frames = client.frames, []
        while True:
            frame = await client.frame()
            if frame["type"] == "metrics:error":
                assert frame["data"]["id"] == asked, frame
                assert "`subscribe`" in frame["data"]["message"], frame
                return frames
            if frame["type"] != "metrics:heartbeat":
                frames.append(frame)

    def wait_for_orders():
        """Until more has changed than fits into one interval."""
        orders = scrape(quickstart).total("cafe_orders_total")
        wait_until("more orders", lambda: scrape(quickstart).total("cafe_orders_total") > orders + 50)

    async def conversation(client):
        await client.data("metrics:hello")
        await client.snapshot()
        await client.delta()
        await client.say(op="pause")
        await heard(client)
        wait_for_orders()
        assert await heard(client) == [], "paused"
        await client.say(op="resume")
        await client.data("metrics:delta")
        await client.say(op="subscribe", id=5, match=["cafe_beans_grams"], interval_ms=100)
        frame = await client.frame()
        while frame["type"] != "metrics:snapshot":
            frame = await client.frame()
        [family] = frame["data"]["families"]
        assert family["name"] == "cafe_beans_grams"
        [series] = frame["data"]["series"]
        assert series["value"] > 0
        await client.say(op="unsubscribe")
        await heard(client)
        wait_for_orders()
        assert await heard(client) == [], "unsubscribed"

    converse(quickstart, conversation, "?interval_ms=100")


@pytest.mark.parametrize(
    "query, allowed",
    [
        ("?type=metrics:nothing", "`metrics:snapshot`"),
        ("?interval_ms=99", "from 100 to 60000"),
        ("?match=%5B", "use letters"),
        ("?labels=drink", "labels=name=value"),
    ],
)
def test_a_bad_query_is_refused(example, query, allowed):
    quickstart = example("quickstart")

    async def conversation(client):
        raise AssertionError("it was let in")

    with pytest.raises(websockets.InvalidStatusCode) as refusal:
        converse(quickstart, conversation, query)
    assert refusal.value.status_code == 400
    # the library keeps the sentence to itself, so ask for it by plain HTTP
    status, content_type, body = fetch(f"{quickstart.metrics}/stream{query}")
    assert (status, content_type) == (400, "text/plain; charset=utf-8")
    assert allowed in body


def test_silence_is_broken_by_a_heartbeat(example):
    """Takes the 15 seconds that the protocol allows for silence."""
    quickstart = example("quickstart", "--load-seconds", "1")

    async def conversation(client):
        await client.data("metrics:hello")
        await client.snapshot()
        assert client.series == {}
        assert await client.data("metrics:heartbeat") == {}

    converse(quickstart, conversation, "?match=nothing_of_that_name")
