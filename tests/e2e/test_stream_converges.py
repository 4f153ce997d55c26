"""A client of another language knows what a scrape tells: under load, over removals, in parts, and of all kinds."""

import asyncio
import math
import random
import time

import pytest

from every_kind import Contents, bits
from exposition import fetch_json, scrape
from stream_client import converse, number
from waiting import DEADLINE

# these move while somebody looks, and by it
MOVING = ("metrics_", "process_", "tokio_", "http_server_")

EVERYTHING = "?type=metrics:snapshot&type=metrics:delta&type=metrics:performance&interval_ms=100"


def still(samples):
    return bits({key: value for key, value in samples.items() if not key[0].startswith(MOVING)})


async def converge(client, program, *, until=lambda: True):
    """Follows until two scrapes are the same but for what moves, and the state between them too."""
    earlier = None
    deadline = time.monotonic() + DEADLINE
    while True:
        frame = await client.follow()
        if frame["type"] != "metrics:delta" or not until():
            continue
        # in a thread, so that the client goes on answering pings
        now = await asyncio.to_thread(scrape, program)
        if earlier == still(client.samples()) == still(now.samples):
            return now
        earlier = still(now.samples)
        assert time.monotonic() < deadline, f"it does not converge: {set(earlier.items()) ^ set(still(client.samples()).items())}"


@pytest.mark.parametrize("name", ["chatbox", "live_view", "websocket_server"])
def test_an_example_under_load(example, name):
    program = example(name, "--load-seconds", "3")
    grown = {}

    async def conversation(client):
        before = await asyncio.to_thread(scrape, program)
        final = await converge(client, program)
        for key in before.growing - {key for key in before.growing if key[0].startswith(MOVING)}:
            grown[key] = final.samples[key] - before.samples[key]

    converse(program, conversation, "?interval_ms=100")
    assert max(grown.values()) > 0, "it was under load"
    assert min(grown.values()) >= 0


def test_all_kinds_and_removals_and_a_snapshot_in_parts(served):
    program = served("every_kind")
    contents = Contents()
    rng = random.Random(0)
    # enough for three parts
    names = [f"part {number} {50 * '.'}" for number in range(8_000)]
    program.tell([{"family": "level", "text": name, "value": "1"} for name in names])
    removed = set(rng.sample(names, 3_000))
    puts = [*contents.puts(), *({"family": "level", "text": name, "gone": True} for name in removed)]
    rng.shuffle(puts)
    # a gauge is what it was set to last, and an exemplar the newest: those stay in their order
    puts.sort(key=lambda put: put["family"] in ("level", "moon", "depth") and not put.get("gone"))
    parts = set()

    def put_in():
        for first in range(0, len(puts), 200):
            program.tell(puts[first : first + 200])

    async def conversation(client):
        last = False
        while not last:
            data = (await client.follow())["data"]
            parts.add(data.get("part"))
            last = data.get("last", False)
        load = asyncio.create_task(asyncio.to_thread(put_in))
        final = await converge(client, program, until=load.done)
        await load
        return final, client.samples()

    final, known = converse(program, conversation, "?interval_ms=100")
    assert {1, 2, 3} <= parts, "it was to come in parts"
    expected = contents.samples() | {
        ("known_level", frozenset({("text", name)})): 1.0 for name in names if name not in removed
    }
    levels = lambda samples: {key: value for key, value in samples.items() if key[0] == "known_level"}
    without_empty = {
        (name, frozenset((label, value) for label, value in labels if value)): value
        for (name, labels), value in known.items()
    }
    assert bits(levels(without_empty)) == bits(levels(expected))
    for name, value in expected.items():
        assert bits({name: without_empty[name]}) == bits({name: value})


def test_figures_agree_with_what_was_put_in(served):
    program = served("every_kind")
    rng = random.Random(0)
    hits = [("hits", text, rng.randrange(100)) for text in ("tea", "coffee") for _ in range(200)]
    times = [("both", "tea", rng.uniform(0, 12)) for _ in range(1_000)]
    program.tell([{"family": "hits", "text": text, "value": "0"} for text in ("tea", "coffee")])

    def put_in(updates):
        for first in range(0, len(updates), 40):
            some = updates[first : first + 40]
            program.tell([{"family": family, "text": text, "value": repr(value)} for family, text, value in some])

    async def conversation(client):
        grown, quantiles = {}, {}

        async def follow_until(done):
            frame = await client.follow()
            while frame["type"] != "metrics:performance" or not done():
                frame = await client.follow()
                if frame["type"] != "metrics:performance":
                    continue
                data = frame["data"]
                assert data["rates"].keys() == of_kind(client, "counter")
                assert data["quantiles"].keys() == of_kind(client, "histogram")
                for series, rate in data["rates"].items():
                    grown[int(series)] = grown.get(int(series), 0) + rate * data["seconds"]
                quantiles.update(data["quantiles"])

        await follow_until(lambda: client.series)
        load = asyncio.create_task(asyncio.to_thread(put_in, hits))
        await follow_until(lambda: load.done() and total(client, "known_hits_total") == sum(n for _, _, n in hits))
        for text in ("tea", "coffee"):
            expected = sum(n for _, of, n in hits if of == text)
            series = the_series(client, "known_hits_total", text)
            assert math.isclose(grown[series], expected, rel_tol=1e-9), text
        # all at once, so that they are of one interval
        await asyncio.to_thread(put_in, times)
        await follow_until(lambda: count(client, "known_both_seconds") == len(times))
        return quantiles[str(the_series(client, "known_both_seconds", "tea"))]

    last = converse(program, conversation, f"{EVERYTHING}&match=known_hits_total&match=known_both_seconds")
    ordered = sorted(value for _, _, value in times)
    # estimated over the newest interval: where the last of them came alone it is of fewer, but of the same values
    assert ordered[0] <= last["p50"] <= last["p90"] <= last["p95"] <= last["p99"] <= ordered[-1] * 1.2


def test_the_first_quantiles_are_those_of_the_json_document(served):
    program = served("every_kind")
    contents = Contents()
    program.tell([put for put in contents.puts() if put["family"] in ("classic", "native", "coarse", "both")])
    names = ("known_classic_seconds", "known_native_seconds", "known_coarse_bytes", "known_both_seconds")
    document = {
        (family["name"], *series["labels"].values()): [number(series[q]) for q in ("p50", "p90", "p95", "p99")]
        for family in fetch_json(program)["families"]
        if family["name"] in names
        for series in family["series"]
    }

    async def conversation(client):
        while (frame := await client.follow())["type"] != "metrics:performance":
            pass
        told = {}
        for series, quantiles in frame["data"]["quantiles"].items():
            series = client.series[int(series)][0]
            name = client.families[series["family"]]["name"]
            told[(name, *series["labels"])] = [number(value) for value in quantiles.values()]
        return told

    query = EVERYTHING + "".join(f"&match={name}" for name in names)
    assert converse(program, conversation, query) == document
    assert len(document) == 16


def of_kind(client, kind):
    """The ids of the series of this type, as keys."""
    return {str(id) for id, (series, _) in client.series.items() if client.families[series["family"]]["type"] == kind}


def the_series(client, name, text):
    [found] = [
        id
        for id, (series, _) in client.series.items()
        if client.families[series["family"]]["name"] == name and text in series["labels"]
    ]
    return found


def total(client, name):
    return sum(value for (of, _), value in client.samples().items() if of == name)


def count(client, name):
    return total(client, f"{name}_count")
