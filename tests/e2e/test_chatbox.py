"""System 3, a chat back end with language-model providers: its metrics as its owners document them."""

import asyncio
import json
import urllib.parse

import pytest
import websockets

from exposition import quiet, scrape
from programs import fetch
from waiting import DEADLINE, wait_until

FAMILIES = {
    "chatbox_websocket_connections_total": "gauge",
    "chatbox_active_sessions_total": "gauge",
    "chatbox_messages_received_total": "counter",
    "chatbox_messages_sent_total": "counter",
    "chatbox_message_errors_total": "counter",
    "chatbox_sessions_created_total": "counter",
    "chatbox_sessions_ended_total": "counter",
    "chatbox_admin_takeovers_total": "counter",
    "chatbox_llm_requests_total": "counter",
    "chatbox_llm_errors_total": "counter",
    "chatbox_tokens_used_total": "counter",
    "chatbox_llm_latency_seconds": "histogram",
}
PER_PROVIDER = ("chatbox_llm_", "chatbox_tokens_used_total")
PROVIDERS = {"openai", "anthropic", "dify"}


@pytest.fixture
def chatbox(example):
    """The chat box after its own load: nobody is connected."""
    chatbox = example("chatbox", "--load-seconds", "2")
    wait_until("an answer", lambda: scrape(chatbox).value("chatbox_messages_sent_total") > 0)
    wait_until("the end of the load", lambda: is_over(chatbox))
    return chatbox


def is_over(chatbox):
    exposition = quiet(chatbox, "chatbox_")
    return exposition and exposition.value("chatbox_websocket_connections_total") == 0


def chat_url(chatbox):
    return chatbox.wait_for_line(r"ws://\S+/chat")[0]


def connect(chatbox):
    return websockets.connect(chat_url(chatbox), ping_interval=None)


def grown(before, after, name):
    return after.total(name) - before.total(name)


async def hear(user):
    """The next text of an answer; an empty one ends it."""
    return await asyncio.wait_for(user.recv(), DEADLINE)


async def ask(user, message):
    """The texts of the whole answer."""
    await user.send(message)
    texts = []
    while text := await hear(user):
        texts.append(text)
    return texts


def test_names_types_and_labels_are_those_of_the_documentation(chatbox):
    exposition = scrape(chatbox)
    own = {n: t for n, (t, _) in exposition.families.items() if n.startswith("chatbox_")}
    assert own == FAMILIES
    for name, labels in exposition.of("chatbox_"):
        expected = {"provider"} if name.startswith(PER_PROVIDER) else set()
        expected |= {"le"} if name.endswith("_bucket") else set()
        assert {label for label, _ in labels} == expected, name
    for name in ("chatbox_llm_requests_total", "chatbox_llm_latency_seconds_count"):
        assert {dict(labels)["provider"] for _, labels in exposition.of(name)} == PROVIDERS


def test_the_load_moves_everything(example):
    chatbox = example("chatbox")
    still = set(FAMILIES) - {"chatbox_llm_latency_seconds"} | {"chatbox_llm_latency_seconds_count"}

    def all_have_moved():
        exposition = scrape(chatbox)
        still.difference_update([name for name in still if exposition.total(name) > 0])
        return not still

    wait_until("every number to move", all_have_moved)


def test_the_numbers_agree_with_each_other(chatbox):
    final = scrape(chatbox)
    assert final.value("chatbox_active_sessions_total") == 0
    assert final.value("chatbox_sessions_created_total") == final.value("chatbox_sessions_ended_total") > 0
    answered = final.value("chatbox_messages_sent_total") + final.value("chatbox_message_errors_total")
    assert answered == final.value("chatbox_messages_received_total")
    for provider in PROVIDERS:
        requests = final.value("chatbox_llm_requests_total", provider=provider)
        assert requests == final.value("chatbox_llm_latency_seconds_count", provider=provider) > 0
        assert final.value("chatbox_llm_errors_total", provider=provider) <= requests
        assert final.value("chatbox_tokens_used_total", provider=provider) > 0


def test_each_try_is_a_request(chatbox):
    before = scrape(chatbox)
    asked = 0

    async def some_messages():
        async with connect(chatbox) as user:
            for _ in range(5):
                await ask(user, "how are you")

    async def many_messages():
        await asyncio.gather(*[some_messages() for _ in range(8)])

    # providers fail at times
    while grown(before, scrape(chatbox), "chatbox_llm_errors_total") == 0:
        asyncio.run(many_messages())
        asked += 40
        assert asked < 4000, "providers that never fail"
    wait_until("the end of the messages", lambda: is_over(chatbox))
    after = scrape(chatbox)
    assert grown(before, after, "chatbox_messages_received_total") == asked
    # a try has failed, or its answer was sent
    tries = grown(before, after, "chatbox_llm_errors_total") + grown(before, after, "chatbox_messages_sent_total")
    assert grown(before, after, "chatbox_llm_requests_total") == tries
    assert grown(before, after, "chatbox_llm_latency_seconds_count") == tries


def test_the_latency_is_that_of_the_first_token(chatbox):
    """A story takes an hour, so its first tokens are there long before its last."""
    before = scrape(chatbox)

    async def talk():
        async with connect(chatbox) as user:
            # all providers may refuse
            while True:
                await user.send("tell me a story")
                if await hear(user) != "":
                    break
            midway = scrape(chatbox)
            user.transport.abort()
            return midway

    midway = asyncio.run(talk())
    timed = grown(before, midway, "chatbox_llm_latency_seconds_count")
    assert timed == grown(before, midway, "chatbox_llm_errors_total") + 1, "the try that tells the story is timed"
    assert grown(before, midway, "chatbox_messages_sent_total") == 0
    # whoever leaves midway leaves nothing behind
    wait_until("a user who has left", lambda: is_over(chatbox))
    after = scrape(chatbox)
    assert grown(before, after, "chatbox_message_errors_total") == grown(
        before, after, "chatbox_messages_received_total"
    )
    requests = grown(before, after, "chatbox_llm_requests_total")
    assert requests == grown(before, after, "chatbox_llm_latency_seconds_count") == timed
    # an answer begins at once, and its first token comes 10 ms later at the soonest
    assert grown(before, after, "chatbox_llm_latency_seconds_sum") >= 0.01
    assert after.value("chatbox_active_sessions_total") == 0


def test_an_administrator_takes_a_session_over(chatbox):
    before = scrape(chatbox)
    sessions = chatbox.wait_for_line(r"http://\S+/sessions")[0]

    def take_over(session):
        return fetch(f"{sessions}/{session}/takeover", "POST")[0]

    async def talk():
        async with connect(chatbox) as user:
            [session] = wait_until("a session", lambda: json.loads(fetch(sessions)[2]))
            assert take_over(session) == 204
            assert take_over(session) == 404, "somebody has taken it over already"
            assert await ask(user, "is anybody there") == ["a person is with you now"]

    asyncio.run(talk())
    wait_until("a user who has left", lambda: is_over(chatbox))
    after = scrape(chatbox)
    assert grown(before, after, "chatbox_admin_takeovers_total") == 1
    assert grown(before, after, "chatbox_messages_sent_total") == 1
    assert grown(before, after, "chatbox_llm_requests_total") == 0
    assert take_over(0) == 404


def test_sessions_and_connections_are_gauges_of_what_is_open(chatbox):
    before = scrape(chatbox)

    def wait_for_open(connections):
        def is_open():
            exposition = scrape(chatbox)
            names = ("chatbox_websocket_connections_total", "chatbox_active_sessions_total")
            return all(exposition.value(name) == connections for name in names)

        wait_until(f"{connections} connections with a session each", is_open)

    async def talk():
        async with connect(chatbox) as polite, connect(chatbox) as rude:
            wait_for_open(2)
            await polite.send("/new")
            wait_until("a new session", lambda: grown(before, scrape(chatbox), "chatbox_sessions_created_total") == 3)
            wait_for_open(2)
            # no goodbye: the connection breaks
            rude.transport.abort()
            await rude.wait_closed()
            wait_for_open(1)
        wait_for_open(0)

    asyncio.run(talk())
    assert grown(before, scrape(chatbox), "chatbox_sessions_ended_total") == 3


def test_prometheus_scrapes_it(example, prometheus):
    chatbox = example("chatbox")
    server = prometheus(chatbox=urllib.parse.urlsplit(chatbox.metrics).netloc)
    server.wait_for_target()
    rate = "sum by (provider) (rate(chatbox_llm_requests_total[1m]))"
    wait_until("rates of every provider", lambda: len(server.query(rate)) == 3)
    quantile = "histogram_quantile(0.9, sum by (le) (rate(chatbox_llm_latency_seconds_bucket[1m])))"
    assert server.number(quantile) > 0
    # what the autoscaler asks
    assert server.number("avg(chatbox_websocket_connections_total)") > 0
    assert FAMILIES.items() <= server.types().items()
