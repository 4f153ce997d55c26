"""Ten thousand clients of the stream at once, where that is allowed: each is let in, and each is told what has changed."""

import asyncio
import json
import resource

import pytest

from programs import fetch
from waiting import DEADLINE, wait_until

CLIENTS = 10_000
# of either process, beside the clients
OTHER_FILES = 200
# that are on their way at once: the kernel keeps no more waiting than the server asks it to
JOINING = 100

HANDSHAKE = (
    "GET /metrics/stream?match=crowded_*&interval_ms=1000 HTTP/1.1\r\n"
    "Host: localhost\r\n"
    "Connection: Upgrade\r\n"
    "Upgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    "\r\n"
).encode()

# what frames begin with, and an answer to a ping that is masked by zeros
TEXT, PING = 0x81, 0x89
PONG = b"\x8a\x80\0\0\0\0"


@pytest.fixture
def files():
    """Lets this process, and what it starts, have a file for each client."""
    soft, hard = limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = CLIENTS + OTHER_FILES
    assert hard == resource.RLIM_INFINITY or hard >= needed, f"of {hard} open files {needed} are needed: ulimit -Hn {needed}"
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, needed), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, limits)


class Client:
    """A connection that reads frames and no more of WebSocket than the server sends: libraries take far longer for so many."""

    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer
        self.deltas = asyncio.Queue()

    @classmethod
    async def join(cls, program):
        """One that is let in and has its snapshot; or the answer, if it is another."""
        self = cls(*await asyncio.open_connection(*program.authority.split(":")))
        self.writer.write(HANDSHAKE)
        head = await self.reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 101 "):
            self.leave()
            return head.decode()
        frame = await self.frame()
        assert frame["type"] == "metrics:hello", frame
        while frame["type"] != "metrics:snapshot" or not frame["data"]["last"]:
            frame = await self.frame()
        self.following = asyncio.create_task(self._follow())
        return self

    async def _follow(self):
        """Reads on while others join: a client that answers no ping is left."""
        try:
            while True:
                frame = await self.frame()
                if frame["type"] == "metrics:delta":
                    self.deltas.put_nowait(frame["data"])
        except Exception as error:
            self.deltas.put_nowait(error)

    async def frame(self):
        """The next frame of the protocol."""
        while True:
            first, length = await self.reader.readexactly(2)
            if length == 126:
                length = int.from_bytes(await self.reader.readexactly(2))
            payload = await self.reader.readexactly(length)
            if first == TEXT:
                return json.loads(payload)
            assert first == PING, (first, payload)
            self.writer.write(PONG)

    async def value(self):
        """The one value of the next delta."""
        delta = await self.deltas.get()
        assert isinstance(delta, dict), delta
        (value,) = delta["values"].values()
        return value

    def leave(self):
        self.writer.transport.abort()


async def all_of(calls):
    return await asyncio.wait_for(asyncio.gather(*calls), DEADLINE)


def test_ten_thousand_clients_are_let_in_and_told_what_changes(served, files):
    program = served("crowded")
    clients_shown = lambda count: f"\nmetrics_stream_clients {count}\n" in fetch(program.metrics)[2]

    async def conversation():
        joining = asyncio.Semaphore(JOINING)

        async def join():
            async with joining:
                return await Client.join(program)

        clients = await all_of(join() for _ in range(CLIENTS))
        assert all(isinstance(client, Client) for client in clients)
        assert await asyncio.to_thread(clients_shown, CLIENTS)
        for lines in [1, 2]:
            await asyncio.to_thread(program.tell, [{}])
            assert set(await all_of(client.value() for client in clients)) == {lines}
        # the next is refused, and the others stay
        refusal = await Client.join(program)
        assert "503" in refusal.splitlines()[0] and "retry-after" in refusal.lower(), refusal
        await asyncio.to_thread(program.tell, [{}])
        assert set(await all_of(client.value() for client in clients)) == {3}
        for client in clients:
            client.leave()

    asyncio.run(conversation())
    wait_until("all to have left", lambda: clients_shown(0))
    assert program.end() == 0, program.output()
