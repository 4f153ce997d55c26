"""System 2, an echo server: its metrics as its owners document them, and connections however they end."""

import asyncio
import base64
import contextlib
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import urllib.parse

import pytest
import websockets

from exposition import quiet, scrape
from waiting import DEADLINE, wait_until

FAMILIES = {
    "websocket_connections": "gauge",
    "websocket_messages_received_total": "counter",
    "websocket_messages_sent_total": "counter",
    "websocket_message_errors_total": "counter",
    "websocket_connection_duration_seconds": "histogram",
    "websocket_bytes_received_total": "counter",
    "websocket_bytes_sent_total": "counter",
    "websocket_message_processing_duration_seconds": "histogram",
    "websocket_concurrent_handlers": "gauge",
}

# a client that connects, says so, and is silent
SILENT_CLIENT = """
import asyncio, sys, websockets
async def main():
    async with websockets.connect(sys.argv[1], ping_interval=None) as socket:
        print("connected", flush=True)
        await asyncio.sleep(600)
asyncio.run(main())
"""


@pytest.fixture
def server(example):
    """The echo server after its own load: nobody is connected."""
    server = example("websocket_server", "--load-seconds", "1")
    wait_until("some load", lambda: scrape(server).value("websocket_messages_received_total") > 0)
    wait_until("the end of the load", lambda: is_over(server))
    return server


def is_over(server):
    exposition = quiet(server, "websocket_")
    return exposition and exposition.value("websocket_connections") == 0


def echo_url(server):
    return server.wait_for_line(r"ws://\S+")[0]


def connections(server):
    """As the owners' documentation reads it."""
    command = f"curl -s {server.metrics} | grep '^websocket_connections ' | awk '{{print $2}}'"
    shell = subprocess.run(["bash", "-c", command], stdout=subprocess.PIPE, text=True, check=True)
    return shell.stdout


def wait_for_connections(server, count):
    wait_until(f"{count} connections", lambda: connections(server) == f"{count}\n")


def test_names_types_and_labels_are_those_of_the_documentation(server):
    exposition = scrape(server)
    websocket = {n: t for n, (t, _) in exposition.families.items() if n.startswith("websocket_")}
    assert websocket == FAMILIES
    help = exposition.families["websocket_connections"][1]
    assert help == "Current number of active WebSocket connections"
    for (name, labels), _ in exposition.of("websocket_").items():
        assert {label for label, _ in labels} == ({"le"} if name.endswith("_bucket") else set()), name
    # the load moved what it should, and every connection and message of it was told
    sent = exposition.value("websocket_messages_sent_total")
    assert 0 < sent <= exposition.value("websocket_messages_received_total")
    handled = exposition.value("websocket_message_processing_duration_seconds_count")
    assert handled == exposition.value("websocket_messages_received_total")
    assert exposition.value("websocket_connection_duration_seconds_count") > 0
    assert exposition.value("websocket_concurrent_handlers") == 0


def test_the_documented_command_prints_the_bare_number(server):
    assert re.fullmatch(r"0\n", connections(server))


def test_messages_and_bytes_are_counted(server):
    before = scrape(server)

    async def talk():
        async with websockets.connect(echo_url(server), ping_interval=None) as client:
            for text in ["hello", "größer"]:
                await client.send(text)
                assert await asyncio.wait_for(client.recv(), DEADLINE) == text

    asyncio.run(talk())
    wait_for_connections(server, 0)
    after = scrape(server)
    size = len("hello") + len("größer".encode())
    grown = {
        "websocket_messages_received_total": 2,
        "websocket_messages_sent_total": 2,
        "websocket_bytes_received_total": size,
        "websocket_bytes_sent_total": size,
        "websocket_message_processing_duration_seconds_count": 2,
        "websocket_connection_duration_seconds_count": 1,
        "websocket_message_errors_total": 0,
    }
    for name, by in grown.items():
        assert after.value(name) - before.value(name) == by, name


def test_a_connection_that_is_closed_is_counted_off(server):
    async def talk():
        async with contextlib.AsyncExitStack() as stack:
            for count in range(1, 6):
                await stack.enter_async_context(websockets.connect(echo_url(server), ping_interval=None))
                wait_for_connections(server, count)

    asyncio.run(talk())
    wait_for_connections(server, 0)


def test_a_connection_that_is_reset_is_counted_off(server):
    url = urllib.parse.urlsplit(echo_url(server))
    with socket.create_connection((url.hostname, url.port), DEADLINE) as client:
        key = base64.b64encode(os.urandom(16)).decode()
        client.sendall(
            f"GET / HTTP/1.1\r\nHost: {url.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        assert client.recv(12) == b"HTTP/1.1 101"
        wait_for_connections(server, 1)
        # no lingering: `close` sends a reset
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    wait_for_connections(server, 0)


def test_a_connection_of_a_client_that_is_killed_is_counted_off(server):
    client = subprocess.Popen(
        [sys.executable, "-c", SILENT_CLIENT, echo_url(server)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert client.stdout.readline() == "connected\n"
        wait_for_connections(server, 1)
    finally:
        client.send_signal(signal.SIGKILL)
        client.wait()
        client.stdout.close()
    wait_for_connections(server, 0)


def test_a_connection_whose_handler_panics_is_counted_off(server):
    before = scrape(server).value("websocket_connection_duration_seconds_count")

    async def talk():
        async with websockets.connect(echo_url(server), ping_interval=None) as client:
            await client.send("panic")
            with pytest.raises(websockets.ConnectionClosed):
                await asyncio.wait_for(client.recv(), DEADLINE)

    asyncio.run(talk())
    wait_for_connections(server, 0)
    after = scrape(server)
    assert after.value("websocket_connection_duration_seconds_count") == before + 1
    assert after.value("websocket_concurrent_handlers") == 0


def test_a_connection_that_is_silent_for_long_is_counted_off(server):
    """Takes the half minute that the example puts up with silence."""

    async def say_nothing():
        async with websockets.connect(echo_url(server), ping_interval=None) as client:
            wait_for_connections(server, 1)
            with pytest.raises(websockets.ConnectionClosed):
                await asyncio.wait_for(client.recv(), DEADLINE)

    asyncio.run(say_nothing())
    wait_for_connections(server, 0)
