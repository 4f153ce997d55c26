"""A port in use: the program ends with an error that names the address."""

import socket

import pytest

from programs import EXAMPLES


@pytest.fixture
def taken():
    """An address that somebody else listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield "127.0.0.1:%d" % listener.getsockname()[1]


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_address_of_the_metrics_is_named(example, name, taken):
    program = example(name, listen=taken)
    assert program.wait_for_exit() != 0
    assert taken in program.output() and "listen" in program.output(), program.output()


def test_the_address_of_the_echo_server_is_named(example, taken):
    program = example("websocket_server", echo=taken)
    assert program.wait_for_exit() != 0
    assert taken in program.output() and "listen" in program.output(), program.output()


def test_an_address_that_is_none_is_named(example):
    program = example("quickstart", listen="127.0.0.1")
    assert program.wait_for_exit() != 0
    assert "127.0.0.1" in program.output(), program.output()
