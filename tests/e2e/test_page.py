"""The live page in Chromium: what a person does with it, and what it must never do."""

import re

import pytest

import page_stream
from page_browser import Page, browser
from page_stream import MadeUpStream
from programs import fetch
from waiting import wait_until

COUNTER, GAUGE, HISTOGRAM = "cafe_orders_total", "cafe_brewing_now", "cafe_brewing_seconds"


@pytest.fixture(scope="module")
def chromium():
    with browser() as chromium:
        yield chromium


@pytest.fixture
def visit(chromium):
    """Makes a visitor; with an address, one who has opened it."""
    visitors = []

    def start(address=None, **options):
        visitors.append(Page(chromium, **options))
        if address:
            visitors[-1].open(address)
        return visitors[-1]

    yield start
    for visitor in visitors:
        visitor.close()


@pytest.fixture
def cafe(example):
    return example("quickstart")


@pytest.fixture
def live(cafe, visit):
    """A visitor of the quickstart's page, with lines in its charts."""
    page = visit(f"{cafe.metrics}/live")
    page.wait_for_chart(COUNTER)
    return page


@pytest.fixture
def made_up(cafe, visit):
    """A visitor whose stream is the test's; call it with families and series."""

    def start(families, series, events=(), **summary):
        page = visit()
        stream = MadeUpStream(page, families, series, events, summary)
        page.open(f"{cafe.metrics}/live")
        return page, stream

    return start


def test_it_opens_without_an_error_and_asks_nobody_else(live):
    for name in (COUNTER, GAUGE, HISTOGRAM):
        live.wait_for_chart(name)
    sections = live.tab.locator("section h2").all_inner_texts()
    assert [text.split("\n")[0] for text in sections][-3:] == ["Process", "Tokio", "Metrics"]
    assert "process_threads" not in live.shown(), "its section is closed"
    live.is_clean()


def test_its_policy_lets_nothing_inline_run(live):
    script = """() => {
        const script = document.createElement("script");
        script.textContent = "window.intruder = true";
        document.body.append(script);
        return window.intruder === true;
    }"""
    assert not live.tab.evaluate(script)
    live.wait("violations.length > 0")


def test_charts_move(live):
    def pixels(name):
        return live.tab.locator(f'[data-family="{name}"] canvas').evaluate("(canvas) => canvas.toDataURL()")

    names = (COUNTER, HISTOGRAM)
    before = {name: (live.newest(name), pixels(name)) for name in names}
    live.wait_for_ticks(3)
    for name in names:
        wait_until(f"{name} to move", lambda: live.newest(name) > before[name][0])
        assert pixels(name) != before[name][1]
    rates = [value for line in live.plotted(COUNTER)[1:] for value in line if value is not None]
    assert max(rates) > 0, "orders are taken all the time"
    live.is_clean()


def test_a_search_narrows_and_says_when_nothing_is_found(live):
    live.tab.keyboard.press("/")
    live.tab.keyboard.type("drink brew")
    live.wait("metricsLive.view.found < 3")
    assert sorted(live.shown()) == ["cafe_brewing_now", "cafe_brewing_seconds"]
    search = live.tab.locator("#search")
    # a label's value
    search.fill("flat_white")
    assert COUNTER in live.shown() and GAUGE not in live.shown()
    # what stands in a closed section is found too
    search.fill("process_threads")
    assert live.shown() == ["process_threads"]
    search.fill("no such thing")
    assert live.shown() == []
    assert "No metric matches “no such thing”" in live.tab.locator("#empty").inner_text()
    search.press("Escape")
    assert len(live.shown()) > 5
    assert "process_threads" not in live.shown(), "its section is closed again"
    live.is_clean()


def test_pause_stops_the_charts_and_resume_catches_up(live):
    live.tab.keyboard.press("p")
    live.wait_for_state("Paused")
    live.wait("metricsLive.view.isPaused")
    live.tab.evaluate("() => new Promise(requestAnimationFrame)")
    stopped = live.newest(COUNTER)
    live.wait_for_ticks(3)
    assert live.newest(COUNTER) == stopped
    live.tab.get_by_role("button", name="Resume").click()
    live.wait_for_state("Live")
    wait_until("the charts to catch up", lambda: live.newest(COUNTER) > stopped + 2)
    between = [x for x in live.plotted(COUNTER)[0] if x > stopped]
    assert len(between) >= 3, "what happened while it was paused was kept"


def test_the_theme_changes_colours_and_is_remembered(cafe, visit):
    page = visit(f"{cafe.metrics}/live", color_scheme="light")
    ground = lambda: page.tab.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    button = page.tab.locator("#theme")
    automatic = ground()
    button.click()
    assert (button.inner_text().split()[-1], ground()) == ("Light", automatic)
    button.click()
    assert button.inner_text().split()[-1] == "Dark"
    dark = ground()
    assert sum(map(int, re.findall(r"\d+", dark)[:3])) < 100 < sum(map(int, re.findall(r"\d+", automatic)[:3]))
    page.tab.reload()
    page.wait_for_state("Live")
    assert ground() == dark
    page.is_clean()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_contrast(cafe, visit, scheme):
    page = visit(f"{cafe.metrics}/live", color_scheme=scheme)
    color = lambda name: page.tab.evaluate("(name) => metricsLive.theme.color(name)", name)
    for ground in ("ground", "card"):
        for ink in ("ink", "muted", "good", "warn", "bad", "accent"):
            # WCAG 2, level AA
            assert contrast(color(ink), color(ground)) >= 4.5, f"{ink} on {ground}"
        for line in ("s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "other", "p50", "p90", "p99"):
            # and what is not text
            assert contrast(color(line), color("card")) >= 3, f"{line} on {ground}"


def contrast(one, other):
    def luminance(color):
        channels = [int(part) / 255 for part in re.findall(r"\d+", color)[:3]]
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    lighter, darker = sorted([luminance(one), luminance(other)], reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_window_is_chosen_and_remembered(live):
    live.tab.get_by_role("button", name="1m", exact=True).click()
    live.wait("metricsLive.view.seconds === 60")
    live.tab.reload()
    live.wait_for_state("Live")
    pressed = live.tab.locator('#windows [aria-pressed="true"]')
    assert pressed.inner_text() == "1m"


def test_the_drawer_opens_by_keyboard_and_copies_promql(cafe, live):
    live.context.grant_permissions(["clipboard-read", "clipboard-write"])
    name = live.tab.locator(f'[data-family="{HISTOGRAM}"] .name')
    name.focus()
    live.tab.keyboard.press("Enter")
    drawer = live.tab.get_by_role("dialog", name=HISTOGRAM)
    drawer.wait_for()
    text = drawer.inner_text()
    for word in ("Time to make a drink.", "histogram", "seconds", "drink, outcome", '{drink="tea", outcome="ok"}'):
        assert word in text
    assert live.tab.url.endswith(f"#metric={HISTOGRAM}")
    drawer.get_by_role("button", name="Copy: 99th percentile").focus()
    live.tab.keyboard.press("Enter")
    quantile = f"histogram_quantile(0.99, sum by (le) (rate({HISTOGRAM}_bucket[5m])))"
    wait_until("the copy", lambda: live.tab.evaluate("navigator.clipboard.readText()") == quantile)
    with live.context.expect_page() as opened:
        drawer.get_by_role("link", name="The catalogue of all metrics").click()
    assert f"`{HISTOGRAM}`" in opened.value.locator("body").inner_text()
    opened.value.close()
    live.tab.bring_to_front()
    live.tab.keyboard.press("Escape")
    drawer.wait_for(state="hidden")
    live.wait("document.activeElement.className === 'name'")
    assert "#" not in live.tab.url
    # the same, as an address
    live.tab.goto(f"{cafe.metrics}/live#metric={COUNTER}")
    live.tab.reload()
    live.tab.get_by_role("dialog", name=COUNTER).wait_for()
    assert f"sum by (drink) (rate({COUNTER}[5m]))" in live.tab.locator("dialog").inner_text()
    live.is_clean()


def test_the_queries_of_the_drawer_are_promql(live, prometheus):
    queries = """[...metricsLive.store.families.values()].flatMap((family) => m.queries(family).map(([_, text]) => text))"""
    found = live.module("promql.js", queries)
    assert len(found) > 40
    server = prometheus()
    wait_until("Prometheus", lambda: fetch(f"http://{server.authority}/-/ready")[0] == 200)
    for query in found:
        # it fails where one cannot be parsed
        server.query(query)


def test_arrow_keys_read_a_chart(live):
    wait_until("a line of every drink", lambda: len(lines(live)) == 3)
    plot = live.tab.locator(f'[data-family="{COUNTER}"] .plot')
    plot.focus()
    live.tab.keyboard.press("ArrowLeft")
    tip = plot.locator(".tip")
    tip.wait_for()
    assert re.match(r"\d\d:\d\d:\d\d", tip.inner_text())
    assert {"espresso", "flat_white", "tea"} <= set(tip.inner_text().split())
    # every other chart has its cursor at the same moment
    other = live.tab.locator(f'[data-family="{HISTOGRAM}"] .u-cursor-x')
    assert "u-off" not in other.get_attribute("class")
    live.tab.keyboard.press("Escape")
    tip.wait_for(state="hidden")


def test_one_series_can_be_looked_at_alone(live):
    row = live.tab.locator(f'[data-family="{COUNTER}"] .legend button').filter(has_text="tea")
    wait_until("a line of every drink", lambda: len(lines(live)) == 3)
    row.click()
    wait_until("one line", lambda: len(lines(live)) == 1)
    assert row.get_attribute("aria-pressed") == "true"
    row.click()
    wait_until("all lines", lambda: len(lines(live)) == 3)


def lines(page):
    """The lines of the counter's chart; of a drink that nobody has ordered since the page was opened there is none."""
    return [line for line in page.plotted(COUNTER)[1:] if any(value is not None for value in line)]


def test_it_comes_back_when_the_server_has_restarted(example, visit):
    first = example("quickstart")
    page = visit(f"{first.metrics}/live")
    page.wait_for_chart(COUNTER)
    before = page.newest(COUNTER)
    first.kill()
    page.wait_for_state("Disconnected")
    page.wait("/Disconnected: .+Next attempt in \\d+/.test(document.getElementById('banner').textContent)")
    page.wait("document.getElementById('banner').textContent.includes('the server does not answer')")
    example("quickstart", listen=first.authority).metrics
    page.wait_for_state("Live")
    wait_until("the charts to go on", lambda: page.newest(COUNTER) > before + 2)
    times, *lines = page.plotted(COUNTER)
    assert times[0] <= before, "what was there before is still there"
    rates = [value for line in lines for value in line if value is not None]
    assert min(rates) >= 0
    assert "The server has restarted" in page.tab.locator("#banner").inner_text()
    assert page.tab.evaluate("metricsLive.store.restarts.length") == 1


def test_a_frame_that_is_missing_is_a_reason_to_begin_anew(made_up):
    page, stream = made_up([page_stream.family(1, "app_depth", "gauge")], [{"id": 2, "family": 1, "labels": [], "value": 1}])
    stream.send("delta", {"values": {"2": 2}}, seq=17)
    wait_until("a second connection", lambda: page.tab.evaluate("1") and stream.joined == 2)
    page.wait_for_state("Live")


def test_who_is_one_too_many_is_told_so(cafe, visit):
    first = visit()
    # a page that may connect, and does not by itself
    first.tab.goto(f"{cafe.metrics}/live/uPlot-LICENSE.txt")
    # as many as one address may have
    connect = """(url) => Promise.all(Array.from({ length: 8 }, () => new Promise((resolve, reject) => {
        (window.sockets ??= []).push(new WebSocket(url));
        sockets.at(-1).onmessage = resolve;
        sockets.at(-1).onclose = reject;
        sockets.at(-1).onerror = reject;
    })))"""
    first.tab.evaluate(f"(url) => ({connect})(url).then(() => true)", cafe.stream)
    late = visit()
    late.tab.goto(f"{cafe.metrics}/live")
    late.wait("document.getElementById('banner').textContent.includes('the stream has its most clients of this address, 8')")
    first.tab.evaluate("sockets.forEach((socket) => socket.close())")
    late.wait_for_state("Live")


def test_a_query_that_cannot_be_read_is_told_with_its_mend(cafe, visit):
    page = visit()
    page.tab.goto(f"{cafe.metrics}/live?labels=drink")
    page.wait("document.getElementById('banner').textContent.includes('labels=name=value')")
    assert page.tab.locator("#state").inner_text() in ("Disconnected", "Connecting")


# whether the same panels are in view for some frames
IS_STILL = """async () => {
    const inView = () => [...metricsLive.view.panels].filter(([, panel]) => panel.isVisible).map(([name]) => name).join();
    const before = inView();
    for (let i = 0; i < 30; i += 1) await new Promise(requestAnimationFrame);
    return before !== "" && inView() === before;
}"""

# every canvas on which something was drawn from now on
PAINTED = """() => {
    window.painted = new Set();
    const { clearRect } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.clearRect = function (...rectangle) {
        painted.add(this.canvas);
        return clearRect.apply(this, rectangle);
    };
}"""

# how many of them are of panels in view and of others, and how many panels there are
PAINTED_OF = """() => {
    const panels = [...metricsLive.view.panels.values()];
    const isInView = (canvas) => panels.some((panel) => panel.isVisible && panel.element.contains(canvas));
    const inView = [...painted].filter(isInView).length;
    return [inView, painted.size - inView, panels.length];
}"""


def test_of_two_thousand_series_those_in_view_are_drawn_and_memory_is_bounded(made_up):
    families, series = page_stream.many(families=40, of_each=50, histograms=6)
    page, stream = made_up(families, series)
    assert page.tab.evaluate("metricsLive.store.seriesCount") == len(series) > 2_000
    # the first drawing fills legends, which push other panels out of view
    stream.delta(page_stream.moved(series, 0))
    page.wait_for_ticks(1)
    wait_until("panels at their places", lambda: page.tab.evaluate(IS_STILL))
    page.tab.evaluate(PAINTED)
    for step in range(20):
        ticks = page.tab.evaluate("metricsLive.store.ticks")
        stream.delta(page_stream.moved(series, step))
        page.wait("metricsLive.store.ticks > argument", ticks)
        page.tab.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    in_view, others, panels = page.tab.evaluate(PAINTED_OF)
    # what is out of view costs no more than its numbers
    assert 0 < in_view < panels / 2 and others == 0, (in_view, others, panels)
    bytes_before = page.tab.evaluate("metricsLive.store.bytes")
    assert bytes_before < 64 << 20
    assert bytes_before == page.tab.evaluate(ACCOUNT)
    # more than an hour
    page.tab.evaluate("""() => {
        const { store, view } = metricsLive;
        for (let i = 0; i < 4000; i += 1) store.delta({ values: { 0: i } }, store.newest + 1000);
        view.setSeconds(3600);
    }""")
    assert page.tab.evaluate(ACCOUNT) == bytes_before
    hour = wait_until("an hour in a chart", lambda: len(times := page.plotted("app0_thing0_total")[0]) > 1 and times[-1] - times[0] > 3500 and times)
    assert len(hour) < 400
    page.is_clean()


# the bytes of all rings, counted one by one
ACCOUNT = """() => {
    const bytes = (ring) => (ring ? ring.fine.byteLength + ring.coarse.byteLength : 0);
    let sum = 0;
    for (const family of metricsLive.store.families.values()) {
        sum += bytes(family.buckets) + bytes(family.total);
        for (const series of family.series.values()) sum += bytes(series.ring) + bytes(series.buckets);
    }
    return sum;
}"""


def test_many_series_of_one_family_are_a_few_lines_and_the_rest(made_up):
    told = [page_stream.family(1, "app_hits_total", "counter", ["user"])]
    series = [{"id": 10 + user, "family": 1, "labels": [f"user {user}"], "value": 0} for user in range(30)]
    page, stream = made_up(told, series)
    for step in range(1, 4):
        stream.delta({str(10 + user): step * (user + 1) for user in range(30)})
    _, *lines = wait_until("points", lambda: len((plotted := page.plotted("app_hits_total"))[0]) == 4 and plotted)
    last = [line[-1] for line in lines]
    assert last == [*range(30, 22, -1), sum(range(1, 23))], "the largest eight, and all others as one"
    more = page.tab.get_by_role("button", name="+ 22 more")
    more.click()
    wait_until("all rows", lambda: page.tab.locator(".legend li").count() == 30)
    assert page.tab.locator(".now").inner_text().split() == ["total", str(sum(range(1, 31))), "/s"]


def test_every_kind_has_its_picture_and_no_text_is_markup(made_up):
    text = '<img src=x onerror="window.intruder=1">'
    told = [
        page_stream.family(1, "app_build_info", "info", ["version", "note"]),
        page_stream.family(2, "app_moon", "stateset", ["app_moon"]),
        page_stream.family(3, "app_native_seconds", "histogram", unit="seconds", help=text),
        page_stream.family(4, "app_wait_seconds", "summary", unit="seconds"),
        page_stream.family(5, "app_share_ratio", "gauge", ["of"], unit="ratio", set="Shop", package="shops", source="src/a.rs:7", derived="ratio"),
    ]
    series = [
        {"id": 11, "family": 1, "labels": ["1.2.3", text], "value": 1},
        {"id": 12, "family": 2, "labels": ["new"], "value": 0},
        {"id": 13, "family": 2, "labels": ["full"], "value": 1},
        {"id": 14, "family": 3, "labels": [], "value": {"count": 0, "sum": 0, "buckets": []}},
        {"id": 15, "family": 4, "labels": [], "value": {"count": 0, "sum": 0, "quantiles": [[0.5, "NaN"]]}},
        {"id": 16, "family": 5, "labels": ["a"], "value": 0.25},
        {"id": 17, "family": 5, "labels": [text], "value": "+Inf"},
    ]
    page, stream = made_up(told, series)
    grown = {"count": 8, "sum": 2.5, "buckets": []}
    stream.delta({"14": grown, "15": {"count": 4, "sum": 2, "quantiles": [[0.5, 0.5]]}, "16": 0.5})
    wait_until("a rate", lambda: page.last("app_native_seconds") == 8)
    wait_until("a rate", lambda: page.last("app_wait_seconds") == 4)
    panel = lambda name: page.tab.locator(f'[data-family="{name}"]')
    assert "1.2.3" in panel("app_build_info").inner_text() and text in panel("app_build_info").inner_text()
    assert panel("app_moon").locator(".holds").all_inner_texts() == ["full"]
    assert "50%" in panel("app_share_ratio").inner_text() and "∞" in panel("app_share_ratio").inner_text()
    assert page.tab.locator("#sections section").first.get_attribute("aria-label") == "Shop"
    panel("app_share_ratio").locator(".name").click()
    drawer = page.tab.locator("dialog").inner_text()
    assert all(word in drawer for word in ("computed: ratio", "shops", "src/a.rs:7"))
    assert page.tab.evaluate("window.intruder") is None
    page.is_clean()


def test_series_and_families_come_and_go(made_up):
    told = [page_stream.family(1, "app_users", "gauge", ["room"])]
    one = {"id": 2, "family": 1, "labels": ["hall"], "value": 3}
    page, stream = made_up(told, [one])
    stream.delta({}, removed=[2])
    page.wait("metricsLive.store.families.size === 0")
    assert "There are no metrics yet" in page.tab.locator("#empty").inner_text()
    stream.delta({}, families=[told[0] | {"id": 3}], series=[one | {"id": 4, "family": 3}])
    page.wait("metricsLive.store.families.size === 1 && metricsLive.view.found === 1")
    assert page.shown() == ["app_users"]
    # it goes and comes again in one frame
    stream.delta({}, families=[told[0] | {"id": 5}], series=[one | {"id": 6, "family": 5}], removed=[4])
    stream.delta({"6": 8})
    wait_until("its value", lambda: page.last("app_users") == 8)
    assert page.tab.evaluate("metricsLive.store.bytes") == page.tab.evaluate(ACCOUNT)


def test_a_snapshot_in_parts_is_one_and_what_it_leaves_out_is_gone(made_up):
    told = [page_stream.family(id, f"app_depth_{id}", "gauge") for id in (1, 2)]
    series = [{"id": 10 + id, "family": id, "labels": [], "value": id} for id in (1, 2)]
    page, stream = made_up([*told, page_stream.family(3, "app_gone", "gauge")], [*series, {"id": 13, "family": 3, "labels": [], "value": 1}])
    stream.ts += 1000
    stream.send("snapshot", {"part": 1, "last": False, "families": told, "series": series[:1]})
    stream.send("snapshot", {"part": 2, "last": True, "families": [], "series": [series[1] | {"value": 7}]})
    page.wait("metricsLive.store.ticks === 2")
    assert sorted(page.shown()) == ["app_depth_1", "app_depth_2"]
    wait_until("both values", lambda: [page.last(f"app_depth_{id}") for id in (1, 2)] == [1, 7])


def test_an_applications_summary_stands_at_the_top_and_moves(made_up):
    told = [page_stream.family(1, "app_depth", "gauge")], [{"id": 2, "family": 1, "labels": [], "value": 1}]
    page, stream = made_up(*told, events=["metrics:hit"], total_hits=1234567)
    summary = "document.getElementById('summary').textContent"
    page.wait(f"{summary} === 'total hits1.23M'")
    wait_until("a request", lambda: page.tab.evaluate("1") and stream.requests)
    types = ["metrics:snapshot", "metrics:delta", "metrics:performance", "metrics:hit"]
    assert stream.requests == [{"op": "subscribe", "id": 1, "types": types, "match": [], "labels": {}}]
    stream.send("performance", {"seconds": 1, "rates": {}, "ratios": {}, "quantiles": {}, "total_hits": 99})
    page.wait(f"{summary} === 'total hits99'")


def test_events_are_told_as_they_come_and_not_while_it_is_paused(made_up):
    told = [page_stream.family(1, "app_depth", "gauge")], [{"id": 2, "family": 1, "labels": [], "value": 1}]
    page, stream = made_up(*told, events=["metrics:hit"])
    strip = page.tab.locator("#events")
    assert strip.is_hidden()
    for ms in range(20):
        stream.send("hit", {"proxy": "<b>fast</b>", "ms": ms})
    page.wait("document.getElementById('events').textContent.includes('ms=19')")
    assert strip.locator("li").count() == 6 and "proxy=<b>fast</b>" in strip.inner_text()
    page.tab.keyboard.press("p")
    page.wait_for_state("Paused")
    stream.send("hit", {"ms": 77})
    stream.delta({"2": 5})
    page.wait("metricsLive.store.ticks > 1")
    assert "ms=77" not in strip.inner_text()
    page.tab.keyboard.press("p")
    page.wait("document.getElementById('events').textContent.includes('ms=77')")


@pytest.mark.parametrize("path", ["/board/metrics", "/db/metrics"])
def test_it_works_below_a_prefix(example, visit, path):
    live_view = example("live_view", "--load-seconds", "3")
    page = visit(f"http://{live_view.authority}{path}/live")
    page.wait("metricsLive.view.found > 0")
    # the stream of its own, and not that of another route
    names = page.tab.evaluate("[...metricsLive.store.families.values()].map(({ name }) => name)")
    own = path.split("/")[1]
    assert any(name.startswith(f"{own}_") for name in names)
    assert not any(name.startswith("golivekit_") for name in names)
    page.is_clean()


def test_a_query_narrows_what_comes(cafe, visit):
    page = visit(f"{cafe.metrics}/live?match=cafe_*&labels=drink%3Dtea")
    page.wait("metricsLive.view.found > 0")
    names = page.tab.evaluate("[...metricsLive.store.families.values()].map(({ name }) => name)")
    assert COUNTER in names and all(name.startswith("cafe_") for name in names)


@pytest.mark.parametrize("size", [(320, 640), (1440, 900), (3840, 2160)])
def test_it_fits_every_screen(cafe, visit, size, tmp_path):
    page = visit(f"{cafe.metrics}/live", width=size[0], height=size[1])
    page.wait_for_chart(COUNTER) if size[0] > 320 else page.wait_for_ticks(3)
    for scheme in ("light", "dark"):
        page.tab.emulate_media(color_scheme=scheme)
        page.tab.screenshot(path=tmp_path / f"{size[0]}x{size[1]}-{scheme}.png", full_page=size[0] == 320)
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not page.tab.evaluate(wide)
    page.tab.locator(".panel .name").first.click()
    page.tab.locator("dialog").wait_for()
    assert not page.tab.evaluate(wide)
    page.is_clean()


def test_everything_has_a_name_for_who_cannot_see_it(live):
    nameless = """() => [...document.querySelectorAll("button, input, [role=img], figure, dialog, section")]
        .filter((of) => of.checkVisibility() && !(of.getAttribute("aria-label") || of.getAttribute("aria-labelledby") || of.textContent.trim()))
        .map((of) => of.outerHTML)"""
    assert live.tab.evaluate(nameless) == []
    spoken = live.tab.locator(f'[data-family="{COUNTER}"] figcaption')
    wait_until("the values in words", lambda: "Orders taken. Now total" in spoken.inner_text() and "tea" in spoken.inner_text())
    live_regions = live.tab.locator('[aria-live="polite"], [role="status"]')
    assert live_regions.evaluate_all("(found) => found.map(({ id }) => id)") == ["state"]


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0, "", "0"),
        (1234, "", "1,234"),
        (12345, "", "12.3k"),
        (0.5, "ratio", "50%"),
        (0.0123, "seconds", "12.3 ms"),
        (4.2e-7, "seconds", "420 ns"),
        (7300, "seconds", "2.03 h"),
        (1536, "bytes", "1.5 KiB"),
        (3 << 30, "bytes", "3 GiB"),
        (999_999, "", "1M"),
        (2.5, "grams", "2.5 grams"),
        (-0.25, "", "-0.25"),
        (0.00001, "", "1e-5"),
        (None, "seconds", "–"),
    ],
)
def test_numbers_are_written_for_people(live, value, unit, text):
    assert live.module("format.js", "m.format(...argument)", [value, unit]).replace("\u00a0", " ") == text


def test_what_is_derived_is_right(live):
    derive = lambda expression: live.module("derive.js", expression)
    assert derive("[m.increase(3, 5), m.increase(5, 3), m.increase(0, 0)]") == [2, 3, 0]
    before, after = '{ count: 4, buckets: [1, 3] }', '{ count: 9, buckets: [2, 6] }'
    assert derive(f"m.bucketIncreases({before}, {after})") == [1, 2, 2]
    assert derive(f"m.bucketIncreases({after}, {before})") == [1, 2, 1], "it began anew"
    # as histogram_quantile of Prometheus
    assert derive("m.quantile(0.5, [1, 2, 4], [0, 10, 0, 0])") == 1.5
    assert derive("m.quantile(0.25, [1, 2, 4], [4, 0, 4, 0])") == 0.5
    assert derive("m.quantile(0.99, [1, 2, 4], [1, 0, 0, 99])") == 4
    assert derive("m.quantile(0.5, [1, 2, 4], [0, 0, 0, 0])") is None


def test_the_store_keeps_within_its_bounds_and_says_what_it_does_not_keep(live):
    script = """(() => {
        const store = new m.Store(100_000);
        const series = Array.from({ length: 50 }, (_, id) => ({ id, family: 99, labels: [String(id)], value: id }));
        store.snapshot({ part: 1, last: true, families: [{ id: 99, name: "a", type: "gauge", labels: ["n"] }], series }, 1000);
        const [family] = store.families.values();
        const kept = [...family.series.values()].filter(({ ring }) => ring).length;
        const first = store.bytes;
        store.delta({ removed: series.map(({ id }) => id) }, 2000);
        return { kept, first, last: store.bytes, value: series[49].value, count: store.seriesCount };
    })()"""
    told = live.module("store.js", script)
    assert 0 < told["kept"] < 50 and told["first"] <= 100_000
    assert (told["last"], told["count"]) == (0, 0)


def test_a_rate_is_over_the_time_that_passed(live):
    script = """(() => {
        const store = new m.Store();
        const told = { families: [{ id: 1, name: "a_total", type: "counter" }], series: [{ id: 2, family: 1, labels: [], value: 10 }] };
        store.snapshot({ part: 1, last: true, ...told }, 100_000);
        const rates = () => [...store.families.values()][0].total.fine;
        const rate = () => rates()[store.ticks - 1];
        const found = [];
        store.delta({ values: { 2: 15 } }, 100_500); found.push(rate());
        store.delta({ values: { 2: 35 } }, 102_500); found.push(rate());
        store.idle(1000); found.push(rate());
        // late, and it tells of the last second
        store.delta({ values: { 2: 36 } }, 103_600); found.push(rate());
        // the clock of the server was set back an hour
        store.delta({ values: { 2: 38 } }, 103_600 - 3_600_000); found.push(rate());
        store.delta({ values: { 2: 40 } }, 104_600 - 3_600_000); found.push(rate());
        store.restarted(106_000);
        store.snapshot({ part: 1, last: true, families: told.families, series: [{ id: 7, family: 1, labels: [], value: 3 }] }, 200_000);
        found.push(String(rate()));
        store.delta({ values: { 7: 5 } }, 201_000); found.push(rate());
        return found;
    })()"""
    assert live.module("store.js", script) == [10, 10, 0, 1, 2, 2, "NaN", 2]


def test_an_axis_is_as_long_as_what_is_known_and_breaks_where_nothing_is(live):
    script = """(() => {
        const fine = new Float64Array(900), coarse = new Float64Array(360);
        const at = (tick) => 1e6 + (tick + (tick >= 100 ? 300 : 0)) * 1000;
        for (let tick = 0; tick < 200; tick += 1) { fine[tick] = at(tick); coarse[Math.floor(tick / 10)] = at(tick); }
        const axis = m.axisOf({ fine, coarse }, 199, 900, "line");
        const early = m.axisOf({ fine, coarse }, 5, 900, "line");
        const holes = axis.x.filter((_, i) => axis.from[i] === axis.to[i]).length;
        const covered = axis.to.reduce((sum, to, i) => sum + to - axis.from[i], 0);
        return [holes, covered, early.end - early.start, axis.end - axis.start < 510, axis.x.length < 200];
    })()"""
    assert live.module("axis.js", script) == [1, 200, 60, True, True]


def test_it_waits_longer_each_time_and_never_as_long_as_another(live):
    assert live.module("connection.js", "[m.wait(0, 1), m.wait(1, 1), m.wait(0, 0), m.wait(50, 1), m.wait(50, 0)]") == [250, 500, 125, 15000, 7500]


def test_sections_are_sets_and_what_has_none_goes_by_its_first_word(live):
    families = [
        {"name": "process_threads", "key": "a"},
        {"name": "shop_sales_total", "key": "b", "set": "Shop", "package": "shops"},
        {"name": "_disk_used_bytes", "key": "c"},
        {"name": "shop_till", "key": "d", "set": "Shop", "package": "shops"},
    ]
    sections = live.module("sections.js", "m.sectionsOf(argument)", families)
    assert [(of["title"], of["prefix"], of["isClosed"]) for of in sections] == [
        ("Shop", "shop_", False),
        ("Disk", "_", False),
        ("Process", "process_", True),
    ]
