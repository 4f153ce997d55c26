"""`kill -TERM` ends each example cleanly, with a goodbye to whoever listens to the stream."""

import signal

import pytest
import websockets

from programs import EXAMPLES, fetch
from stream_client import converse


@pytest.mark.parametrize("name", EXAMPLES)
def test_sigterm_says_goodbye_and_ends_with_0(example, name):
    program = example(name)

    async def conversation(client):
        await client.data("metrics:hello")
        await client.snapshot()
        program.process.send_signal(signal.SIGTERM)
        frame = await client.frame()
        # what was under way, events of the example's own among it
        while frame["type"] != "metrics:bye":
            frame = await client.frame()
        with pytest.raises(websockets.ConnectionClosed):
            await client.frame()
        return client.socket.close_code

    assert converse(program, conversation) == 1001
    assert program.wait_for_exit() == 0, program.output()


@pytest.mark.parametrize("name", EXAMPLES)
def test_sigint_ends_with_0(example, name):
    program = example(name)
    assert fetch(program.metrics)[0] == 200
    program.process.send_signal(signal.SIGINT)
    assert program.wait_for_exit() == 0, program.output()


@pytest.mark.parametrize("name", EXAMPLES)
def test_seconds_end_with_0(example, name):
    program = example(name, seconds=1)
    assert program.wait_for_exit() == 0, program.output()
