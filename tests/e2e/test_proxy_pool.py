"""System 1, a load generator that drives requests through a pool of proxies: its metrics as its owners document them."""

import time
import urllib.parse
import urllib.request

import pytest

from exposition import fetch_json, quiet, scrape
from page_browser import Page, browser
from programs import fetch
from stream_client import converse
from waiting import DEADLINE, wait_until

FAMILIES = {
    "eroshit_hits_total": ("counter", set()),
    "eroshit_proxy_success_total": ("counter", {"proxy"}),
    "eroshit_proxy_failure_total": ("counter", {"proxy"}),
    "eroshit_hit_rate_per_minute": ("gauge", set()),
    "eroshit_active_sessions": ("gauge", set()),
    "eroshit_active_proxies": ("gauge", set()),
    "eroshit_queue_size": ("gauge", set()),
    "eroshit_success_rate": ("gauge", set()),
    "eroshit_bounce_rate": ("gauge", set()),
    "eroshit_error_rate": ("gauge", set()),
    "eroshit_response_time_seconds": ("histogram", set()),
    "eroshit_proxy_latency_seconds": ("histogram", {"proxy"}),
}
RATIOS = ("eroshit_success_rate", "eroshit_bounce_rate", "eroshit_error_rate")
# what the bounce rate is made of
SESSIONS = ("sessions_bounced_total", "sessions_stayed_total")
COUNTS = ("eroshit_hits", "eroshit_proxy", *SESSIONS)
PROXIES = {"near", "far", "slow", "flaky"}
WINDOW = 60


@pytest.fixture
def pool(example):
    """The load generator after its own load: all proxies are in use, and by nobody."""
    pool = example("proxy_pool", "--load-seconds", "2")
    wait_for_the_end(pool)
    return pool


def wait_for_the_end(pool):
    """Waits until nothing moves any more, but what moves with time."""
    pool.wait_for_line("^the load is over$")
    every_proxy = lambda: scrape(pool).value("eroshit_active_proxies") == len(PROXIES)
    wait_until("proxies that have rested", every_proxy)
    return wait_until("stillness", lambda: quiet(pool, *COUNTS))


def hits(exposition):
    return exposition.value("eroshit_hits_total")


def failures(exposition):
    return exposition.total("eroshit_proxy_failure_total")


def grown(before, after, name):
    return after.total(name) - before.total(name)


def test_names_types_and_labels_are_those_of_the_documentation(pool):
    exposition = scrape(pool)
    own = {name: kind for name, (kind, _) in exposition.families.items() if name.startswith("eroshit_")}
    assert own == {name: kind for name, (kind, _) in FAMILIES.items()}
    for name, labels in exposition.of("eroshit_"):
        family = name if name in FAMILIES else name.rsplit("_", 1)[0]
        labels = dict(labels)
        assert set(labels) - {"le"} == FAMILIES[family][1], name
        assert labels.get("proxy", "near") in PROXIES, labels
    for name in ("eroshit_proxy_success_total", "eroshit_proxy_failure_total", "eroshit_proxy_latency_seconds_count"):
        assert {dict(labels)["proxy"] for _, labels in exposition.of(name)} == PROXIES


def test_the_load_moves_everything_and_ratios_stay_ratios(example):
    pool = example("proxy_pool")
    still = {name + ("_count" if kind == "histogram" else "") for name, (kind, _) in FAMILIES.items()}

    def all_have_moved():
        exposition = scrape(pool)
        for name in RATIOS:
            assert 0 <= exposition.value(name) <= 1, exposition.text
        still.difference_update([name for name in still if exposition.total(name) > 0])
        return not still

    wait_until("every number to move", all_have_moved)


def test_the_numbers_agree_with_each_other(pool):
    final = scrape(pool)
    assert final.value("eroshit_active_sessions") == final.value("eroshit_queue_size") == 0
    assert hits(final) == final.value("eroshit_response_time_seconds_count") > 0
    successes = final.total("eroshit_proxy_success_total")
    assert hits(final) == successes + failures(final)
    for proxy in PROXIES:
        ended = [final.value(f"eroshit_proxy_{end}_total", proxy=proxy) for end in ("success", "failure")]
        assert final.value("eroshit_proxy_latency_seconds_count", proxy=proxy) == sum(ended)
    assert final.value("eroshit_success_rate") == pytest.approx(successes / hits(final))
    assert final.value("eroshit_error_rate") == pytest.approx(failures(final) / hits(final))
    bounced, stayed = [final.value(name) for name in SESSIONS]
    assert final.value("eroshit_bounce_rate") == pytest.approx(bounced / (bounced + stayed))
    # each session has made a hit, and those who stayed one more
    assert bounced + 2 * stayed <= hits(final)


def test_the_hit_rate_is_the_growth_over_the_time_that_was_covered(example):
    started = time.monotonic()
    pool = example("proxy_pool", "--load-seconds", "2")
    wait_until("a hit", lambda: hits(scrape(pool)) > 0)
    moving = time.monotonic()
    wait_for_the_end(pool)
    before = time.monotonic()
    exposition = scrape(pool)
    after = time.monotonic()
    a_minute_of_hits = 60 * hits(exposition)
    rate = exposition.value("eroshit_hit_rate_per_minute")
    assert after - started < WINDOW, "a machine so slow that the window has left the first hits behind"
    # what is covered began after the process was started, and before the first hit was seen
    assert a_minute_of_hits / (after - started) <= rate <= a_minute_of_hits / max(before - moving, 1e-9)
    # with no hit more it falls, because time goes on
    wait_until("a lower rate", lambda: scrape(pool).value("eroshit_hit_rate_per_minute") < rate)
    assert hits(scrape(pool)) == hits(exposition)


def test_every_address_that_is_printed_answers(pool):
    printed = [line.split() for line in pool.lines if "http://" in line]
    answers = {name: fetch(url)[:2] for name, url, *_ in printed if name != "proxy"}
    page, text = (200, "text/html; charset=utf-8"), (200, "text/plain; charset=utf-8")
    assert answers == {
        "metrics": (200, "text/plain; version=0.0.4; charset=utf-8"),
        "json": (200, "application/json"),
        "live": page,
        "Grafana": (200, "application/json"),
        "page": page,
        "origin": text,
    }


def test_a_proxy_is_a_forward_proxy(pool):
    """Asked by a client that is not ours: for a whole URL, which it passes on to the origin."""
    page = pool.wait_for_line(r"http://\S+/home")[0]
    proxy = pool.wait_for_line(r"(http://\S+) \(Near\)")[1]
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": proxy}))
    with opener.open(page, timeout=DEADLINE) as answer:
        assert answer.headers["via"] == "1.1 proxy_pool"
        assert answer.read().startswith(b"this is home\n")
    assert fetch(page)[2].startswith("this is home\n")
    status, _, body = fetch(f"{proxy}/home")
    assert (status, body) == (400, "this is a proxy: ask it for a whole URL\n")


def test_a_proxy_that_fails_is_left_out_for_a_while(example):
    pool = example("proxy_pool")

    async def conversation(client):
        await client.data("metrics:hello")
        statuses = []

        async def until(active, proxies):
            while not statuses or statuses[-1]["active"] != active or statuses[-1]["proxy"] not in proxies:
                statuses.append(await client.data("metrics:proxy_status"))
            return {statuses[-1]["proxy"]}

        await until(True, await until(False, PROXIES))
        return statuses

    statuses = converse(pool, conversation, "?type=metrics:proxy_status")
    for status in statuses:
        assert set(status) == {"proxy", "active", "active_proxies"}
        assert 0 <= status["active_proxies"] <= len(PROXIES)
    for before, after in zip(statuses, statuses[1:]):
        assert after["active_proxies"] == before["active_proxies"] + (1 if after["active"] else -1), "one at a time"
    assert failures(scrape(pool)) >= 3, "three in a row"


async def join(client):
    """The first frame with data."""
    hello = await client.data("metrics:hello")
    assert {"metrics:hit", "metrics:proxy_status", "metrics:session"} <= set(hello["events"])
    return await client.data("metrics:snapshot")


def test_the_first_frame_with_data_is_a_snapshot(example):
    pool = example("proxy_pool")

    async def conversation(client):
        await join(client)
        # what happens meanwhile is told after it
        while (await client.frame())["type"] not in ("metrics:hit", "metrics:session"):
            pass

    for _ in range(10):
        converse(pool, conversation)


def test_snapshot_and_json_have_the_summary(pool):
    before = scrape(pool)
    snapshot = converse(pool, join)
    document = fetch_json(pool)
    after = scrape(pool)
    for summary in (snapshot, document):
        assert summary["total_hits"] == hits(before) == hits(after)
        assert summary["success_rate"] == pytest.approx(after.value("eroshit_success_rate"))
        falling = [e.value("eroshit_hit_rate_per_minute") for e in (before, after)]
        assert falling[1] <= summary["hit_rate_per_min"] <= falling[0]


def test_a_stream_of_hits_and_performance_has_nothing_else(example):
    pool = example("proxy_pool", "--load-seconds", "4")

    async def conversation(client):
        await client.data("metrics:hello")
        before, heard, performances = hits(scrape(pool)), [], 0
        # of a tick after the end: what was emitted before has been sent before
        while performances < 2:
            frame = await client.frame()
            assert frame["type"] in ("metrics:hit", "metrics:performance"), frame
            data = frame["data"]
            if frame["type"] == "metrics:hit":
                assert set(data) == {"proxy", "status", "ms"}
                assert data["proxy"] in PROXIES and data["status"] in (200, 502, None) and data["ms"] > 0, data
                heard.append(data)
                continue
            assert {"total_hits", "hit_rate_per_min", "success_rate"} <= set(data), data
            assert 0 <= data["success_rate"] <= 1 and data["hit_rate_per_min"] >= 0, data
            performances += "the load is over" in pool.lines
        final = scrape(pool)
        assert data["total_hits"] == hits(final)
        assert hits(final) - before <= len(heard) <= hits(final)
        for proxy in PROXIES:
            # what was heard of failures is among those that were counted
            failed = [hit for hit in heard if hit["proxy"] == proxy and hit["status"] != 200]
            assert len(failed) <= final.value("eroshit_proxy_failure_total", proxy=proxy)
        return heard

    assert converse(pool, conversation, "?type=metrics:hit&type=metrics:performance")


def test_sessions_tell_of_their_beginning_and_their_end(example):
    pool = example("proxy_pool")

    async def conversation(client):
        await client.data("metrics:hello")
        begun, ended = set(), []
        while not any(session["hits"] == 1 for session in ended) or len(ended) < 10:
            session = await client.data("metrics:session")
            assert set(session) == {"id", "active", "hits"}
            if session["active"]:
                assert session["hits"] == 0 and session["id"] not in begun, session
                begun.add(session["id"])
            else:
                assert session["hits"] > 0, session
                ended.append(session)
        return len([session for session in ended if session["hits"] == 1]), len(ended)

    before = scrape(pool)
    bounced, ended = converse(pool, conversation, "?type=metrics:session")
    after = scrape(pool)
    assert grown(before, after, "sessions_bounced_total") >= bounced > 0
    assert sum(grown(before, after, name) for name in SESSIONS) >= ended


def test_the_page_shows_the_summary(pool):
    """The page does no more than its owners document: it opens a WebSocket, and shows what the snapshot says."""
    places = ("total_hits", "hit_rate", "success_rate")
    before = scrape(pool)
    with browser() as chromium:
        page = Page(chromium)
        page.tab.goto(f"http://{pool.authority}/")
        page.wait("argument.every((place) => document.getElementById(place).textContent !== '')", places)
        shown = {place: page.tab.text_content(f"#{place}") for place in places}
        assert page.errors == []
    after = scrape(pool)
    assert shown["total_hits"] == str(int(hits(after)))
    assert shown["success_rate"] == f"{100 * after.value('eroshit_success_rate'):.1f}"
    low, high = (e.value("eroshit_hit_rate_per_minute") for e in (after, before))
    assert low - 0.05 <= float(shown["hit_rate"]) <= high + 0.05


def test_prometheus_scrapes_it_where_it_is(example, prometheus):
    pool = example("proxy_pool")
    path = urllib.parse.urlsplit(pool.metrics).path
    assert path == "/api/metrics"
    server = prometheus(pool=f"{pool.authority}{path}", interval="5s")
    server.wait_for_target()
    rate = "sum by (proxy) (rate(eroshit_proxy_success_total[1m]))"
    wait_until("rates of every proxy", lambda: len(server.query(rate)) == len(PROXIES))
    quantile = "histogram_quantile(0.9, sum by (le) (rate(eroshit_proxy_latency_seconds_bucket[1m])))"
    assert server.number(quantile) > 0
    assert 0 < server.number("eroshit_success_rate") <= 1
    assert server.number("eroshit_hit_rate_per_minute") > 0
    assert {name: kind for name, (kind, _) in FAMILIES.items()}.items() <= server.types().items()
    [target] = server.ask("targets")["activeTargets"]
    assert urllib.parse.urlsplit(target["scrapeUrl"]).path == "/api/metrics"
