"""The clients that the page of the protocol shows, word for word: one in a browser, one in Python."""

import asyncio
import re

import pytest

from exposition import quiet, scrape
from page_browser import browser
from programs import ROOT
from waiting import DEADLINE, wait_until

PAGE = (ROOT / "metrics-server/docs/stream.md").read_text()

ORDERS = "cafe_orders_total"


def shown(language):
    """The program in this language on the page."""
    [block] = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return block


def by_drink(families, series):
    """What a client knows of the orders, as the samples of an exposition."""
    [orders] = [family for family in families if family["name"] == ORDERS] or [None]
    return {
        (ORDERS, frozenset(zip(orders["labels"], one["labels"]))): one["value"]
        for one in series
        if orders and one["family"] == orders["id"]
    }


@pytest.fixture
def browser_page():
    with browser() as chromium:
        yield chromium.new_page()


def test_the_client_in_javascript_follows_the_server_over_a_restart(example, browser_page):
    first = example("quickstart", "--load-seconds", "2")
    # a page of the same origin; its text does not matter
    browser_page.goto(f"{first.metrics}/live/uPlot-LICENSE.txt")
    browser_page.evaluate(
        f"""(url) => {{
            {shown("js")}
            watch(url, (families, series) => {{
                window.known = [[...families.values()], [...series.values()]];
            }});
        }}""",
        first.stream,
    )

    def known():
        return by_drink(*browser_page.evaluate("window.known ?? [[], []]"))

    orders = wait_until("an end of the load", lambda: quiet(first, ORDERS)).of(ORDERS)
    wait_until("the numbers of a scrape", lambda: known() == orders)
    first.terminate()
    wait_until("no numbers", lambda: known() == {})
    second = example("quickstart", "--load-seconds", "1", listen=first.authority)
    scrape(second)
    orders = wait_until("an end of the load", lambda: quiet(second, ORDERS)).of(ORDERS)
    wait_until("the numbers of the new process", lambda: known() == orders)


def test_the_client_in_python_follows_the_server_over_a_restart(example):
    first = example("quickstart", "--load-seconds", "2")
    program = {}
    exec(shown("python"), program)
    known = {}

    def show(families, series):
        known.update(orders=by_drink(families.values(), series.values()))

    async def wait_for_the_numbers_of(quickstart):
        def quiet_orders():
            return quiet(quickstart, ORDERS)

        wait = lambda: wait_until("an end of the load", quiet_orders)
        orders = (await asyncio.to_thread(wait)).of(ORDERS)
        async with asyncio.timeout(DEADLINE):
            while known.get("orders") != orders:
                await asyncio.sleep(0.05)

    async def conversation():
        watching = asyncio.create_task(program["watch"](first.stream, show))
        await wait_for_the_numbers_of(first)
        await asyncio.to_thread(first.terminate)
        second = example("quickstart", "--load-seconds", "1", listen=first.authority)
        await asyncio.to_thread(lambda: second.metrics)
        await wait_for_the_numbers_of(second)
        watching.cancel()
        # else the library's own tasks are cancelled under it, and wait for ten seconds
        await asyncio.gather(watching, return_exceptions=True)

    asyncio.run(conversation())
