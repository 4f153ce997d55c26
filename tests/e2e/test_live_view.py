"""System 5, a live web framework with plug-ins: its metrics as its owners document them."""

import asyncio
import json

import pytest
import websockets

from exposition import Exposition, quiet, scrape
from programs import fetch
from stream_client import converse
from waiting import DEADLINE, wait_until

FAMILIES = {
    "golivekit_connections_total": ("counter", {"status"}),
    "golivekit_messages_total": ("counter", {"direction", "type"}),
    "golivekit_errors_total": ("counter", {"type"}),
    "golivekit_pubsub_messages_total": ("counter", set()),
    "golivekit_plugin_events_total": ("counter", {"event"}),
    "golivekit_active_connections": ("gauge", set()),
    "golivekit_presence_count": ("gauge", set()),
    "golivekit_component_instances": ("gauge", set()),
    "golivekit_message_size_bytes": ("histogram", set()),
    "golivekit_event_latency_seconds": ("histogram", {"event_type"}),
    "golivekit_render_latency_seconds": ("histogram", set()),
    "golivekit_diff_size_bytes": ("histogram", set()),
    "golivekit_diff_latency_seconds": ("histogram", set()),
}
DATABASE = {
    "db_queries_total": ("counter", {"operation"}),
    "db_query_duration_seconds": ("histogram", {"operation"}),
    "db_connections": ("gauge", set()),
    "db_errors_total": ("counter", {"type"}),
}
OPEN = ("golivekit_active_connections", "golivekit_presence_count", "golivekit_component_instances")
COMPONENTS = 3


@pytest.fixture
def live_view(example):
    """The framework after its own load: nobody is there."""
    live_view = example("live_view", "--load-seconds", "2")
    wait_until("some load", lambda: scrape(live_view).value("golivekit_pubsub_messages_total") > 0)
    wait_until("the end of the load", lambda: is_over(live_view))
    return live_view


def is_over(live_view):
    exposition = quiet(live_view, "golivekit_")
    return exposition and exposition.value("golivekit_active_connections") == 0


def at(live_view, path):
    status, _, body = fetch(f"http://{live_view.authority}{path}")
    assert status == 200, body
    return Exposition(body)


def families(exposition, prefix):
    """Type and label names of the families with this prefix."""
    labels = {}
    for name, of in exposition.samples:
        labels.setdefault(name, set()).update(label for label, _ in of if label != "le")
    kinds = {n: t for n, (t, _) in exposition.families.items() if n.startswith(prefix)}
    suffix = {"histogram": "_count"}
    return {name: (kind, labels[name + suffix.get(kind, "")]) for name, kind in kinds.items()}


def bounds(exposition, name):
    bounds = {float(dict(labels)["le"]) for _, labels in exposition.of(f"{name}_bucket")}
    return sorted(bounds - {float("inf")})


def connect(live_view, visitor):
    return websockets.connect(f"ws://{live_view.authority}/live?visitor={visitor}", ping_interval=None)


def wait_for_open(live_view, *expected):
    def found():
        exposition = scrape(live_view)
        return tuple(exposition.value(name) for name in OPEN) == expected

    wait_until(f"{expected} of {OPEN}", found)


def plugin(live_view, method, name="reactions"):
    url = f"http://{live_view.authority}/plugins/{name}"
    return fetch(url, method)[0]


def test_names_types_and_labels_are_those_of_the_documentation(live_view):
    assert families(scrape(live_view), "golivekit_") == FAMILIES


def test_buckets_of_every_kind(live_view):
    exposition = scrape(live_view)
    assert bounds(exposition, "golivekit_message_size_bytes") == [100 * n for n in range(10)]
    assert bounds(exposition, "golivekit_diff_size_bytes") == [2**n for n in range(10)]
    latency = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1]
    assert bounds(exposition, "golivekit_event_latency_seconds") == latency
    default = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
    assert bounds(exposition, "golivekit_render_latency_seconds") == default


def test_the_database_has_a_registry_of_its_own(live_view):
    database = at(live_view, "/db/metrics")
    # a registry tells of its own trouble beside what it holds
    own = {n: f for n, f in families(database, "").items() if not n.startswith("metrics_")}
    assert own == DATABASE
    assert families(scrape(live_view), "db_") == {}
    for operation in ("select", "insert", "update"):
        queries = database.value("db_queries_total", operation=operation)
        assert queries == database.value("db_query_duration_seconds_count", operation=operation) > 0
    assert database.value("db_connections") == 0


def test_the_load_moves_everything(example):
    live_view = example("live_view")
    counts = {"histogram": "_count"}
    still = {n + counts.get(k, "") for n, (k, _) in (FAMILIES | DATABASE).items()}

    def all_have_moved():
        for exposition in (scrape(live_view), at(live_view, "/db/metrics")):
            totals = [name for name, _ in exposition.samples if exposition.total(name) > 0]
            still.difference_update(totals)
        return not still

    wait_until("every number to move", all_have_moved)


def test_the_numbers_agree_with_each_other(live_view):
    final = scrape(live_view)
    assert [final.value(name) for name in OPEN] == [0, 0, 0]
    messages = final.total("golivekit_messages_total")
    assert messages == final.value("golivekit_message_size_bytes_count") > 0
    events = final.value("golivekit_messages_total", direction="in", type="event")
    assert events == final.total("golivekit_event_latency_seconds_count") > 0
    assert events == final.value("golivekit_plugin_events_total", event="handled")
    assert events == final.total("reactions_seen_total")
    pages = final.value("golivekit_messages_total", direction="out", type="render")
    assert pages == final.value("golivekit_connections_total", status="accepted") > 0
    diffs = final.value("golivekit_diff_size_bytes_count")
    assert diffs == final.value("golivekit_diff_latency_seconds_count")
    assert diffs + pages == final.value("golivekit_render_latency_seconds_count")
    assert 0 < final.value("golivekit_messages_total", direction="out", type="diff") <= diffs
    complaints = final.value("golivekit_messages_total", direction="out", type="error")
    wrong = ("decode", "event")
    assert complaints == sum(final.value("golivekit_errors_total", type=kind) for kind in wrong)
    assert final.value("golivekit_connections_total", status="rejected") > 0


def test_visitors_are_present_while_a_page_of_theirs_is_open(live_view):
    async def visit():
        async with connect(live_view, "ada") as first, connect(live_view, "ada"):
            wait_for_open(live_view, 2, 1, 2 * COMPONENTS)
            async with connect(live_view, "bea") as third:
                wait_for_open(live_view, 3, 2, 3 * COMPONENTS)
                # no goodbye: the connections break
                for page in (first, third):
                    page.transport.abort()
                    await page.wait_closed()
                wait_for_open(live_view, 1, 1, COMPONENTS)
        wait_for_open(live_view, 0, 0, 0)

    asyncio.run(visit())


def test_an_event_changes_the_page(live_view):
    before = scrape(live_view)

    async def vote():
        async with connect(live_view, "ada") as page:
            rendered = json.loads(await asyncio.wait_for(page.recv(), DEADLINE))
            assert rendered["type"] == "render"
            assert rendered["slots"].keys() == {"votes", "chat", "search", "visitors"}
            while True:
                await page.send(json.dumps({"type": "event", "event": "click", "value": "yes"}))
                answer = json.loads(await asyncio.wait_for(page.recv(), DEADLINE))
                # somebody else may have changed the same rows
                if answer["type"] != "error":
                    return answer

    answer = asyncio.run(vote())
    assert answer["type"] == "diff" and answer["slots"].keys() == {"votes"}, "only what has changed"
    wait_for_open(live_view, 0, 0, 0)
    after = scrape(live_view)

    def grown(name, **labels):
        return after.value(name, **labels) - before.value(name, **labels)

    assert grown("golivekit_event_latency_seconds_count", event_type="click") >= 1
    assert grown("golivekit_event_latency_seconds_count", event_type="submit") == 0
    assert grown("golivekit_messages_total", direction="out", type="diff") == 1
    assert grown("golivekit_diff_size_bytes_sum") == len(answer["slots"]["votes"])


def test_a_visitor_without_a_name_is_rejected(live_view):
    before = scrape(live_view)

    async def visit():
        async with connect(live_view, ""):
            pass

    with pytest.raises(websockets.InvalidStatusCode):
        asyncio.run(visit())
    after = scrape(live_view)
    rejected = ("golivekit_connections_total", frozenset({("status", "rejected")}))
    assert after.samples[rejected] == before.samples[rejected] + 1


def test_a_registry_with_every_option(example):
    live_view = example("live_view", "--goal", "thanks", "--goal", "cheers")
    wait_until("a goal", lambda: at(live_view, "/board/metrics").total("board_goal_thanks_total") > 0)
    application = at(live_view, "/board/metrics")
    constant = {("service", "live_view"), ("env", "demo")}
    assert all(constant <= labels for _, labels in application.samples)
    # known only at run time, of the runtime, and of the process
    assert application.total("board_goal_cheers_total") == 0
    assert application.total("board_runtime_workers") >= 1
    assert application.total("board_runtime_alive_tasks") >= 1
    assert application.total("process_threads") > 1
    assert families(scrape(live_view), "board_") == {}


def test_a_goal_that_cannot_be_a_name_is_refused(example):
    program = example("live_view", "--goal", "no-name")
    assert program.wait_for_exit() != 0
    assert "'no-name'" in program.output(), program.output()


def test_a_plugin_brings_its_metrics_and_takes_them_away(example):
    live_view = example("live_view")
    name = "reactions_seen_total"

    async def conversation(client):
        async def until(is_there):
            while is_there != any(family == name for family, _ in client.samples()):
                await client.delta()

        await client.data("metrics:hello")
        await client.snapshot()
        for _ in range(2):
            await until(True)
            assert plugin(live_view, "POST") == 409, "it is loaded"
            # its numbers move
            while not any(new > old for old, new in (await client.delta()).values()):
                pass
            assert plugin(live_view, "DELETE") == 204
            assert name not in scrape(live_view).families, "gone with the next scrape"
            await until(False)
            assert plugin(live_view, "DELETE") == 404, "it is not loaded"
            assert plugin(live_view, "POST") == 204
            assert scrape(live_view).families[name][0] == "counter"
        await until(True)

    converse(live_view, conversation, "?match=reactions_*&interval_ms=100")
    assert plugin(live_view, "POST", "nothing") == 404
    events = scrape(live_view)
    assert events.value("golivekit_plugin_events_total", event="loaded") == 3
    assert events.value("golivekit_plugin_events_total", event="unloaded") == 2


def test_prometheus_scrapes_all_its_registries(example, prometheus):
    live_view = example("live_view")
    authority = live_view.authority
    server = prometheus(
        framework=authority, database=f"{authority}/db/metrics", application=f"{authority}/board/metrics"
    )
    server.wait_for_target()
    rate = "sum by (direction) (rate(golivekit_messages_total[1m]))"
    wait_until("rates both ways", lambda: len(server.query(rate)) == 2)
    quantile = "histogram_quantile(0.95, sum by (le) (rate(golivekit_event_latency_seconds_bucket[1m])))"
    assert server.number(quantile) > 0
    assert server.number("sum(delta(golivekit_active_connections[5m]))") > -100
    assert server.number("sum(db_queries_total)") > 0
    assert server.number('board_runtime_workers{service="live_view",env="demo"}') >= 1
    assert {name: kind for name, (kind, _) in (FAMILIES | DATABASE).items()}.items() <= server.types().items()
