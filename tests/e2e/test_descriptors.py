"""A server that has no file descriptor left: what it has goes on, and what waits is taken when there is room again."""

import contextlib
import os
import resource
import socket
import time

from process import Process
from programs import fetch
from stream_client import converse
from waiting import DEADLINE, wait_until

# more than there will be room for, so that those wait that are not taken
CLIENTS = 100


def processor_seconds(process):
    fields = (process.folder / "stat").read_text().rpartition(")")[2].split()
    user, system = fields[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def test_streams_go_on_without_descriptors_and_scrapes_come_back(example):
    program = example("prometheus_demo")
    process = Process(program.process.pid)
    host, port = program.authority.split(":")

    async def conversation(client):
        await client.data("metrics:hello")
        await client.snapshot()
        _, hard = resource.prlimit(program.process.pid, resource.RLIMIT_NOFILE)
        room = max(int(number) for number in os.listdir(process.folder / "fd")) + 4
        resource.prlimit(program.process.pid, resource.RLIMIT_NOFILE, (room, hard))
        with contextlib.ExitStack() as silent:
            for _ in range(CLIENTS):
                silent.enter_context(socket.create_connection((host, int(port)), DEADLINE))
            wait_until("no descriptor", lambda: process.descriptors() == room)
            used, began = processor_seconds(process), time.monotonic()
            for _ in range(4):
                await client.follow()
            used, took = processor_seconds(process) - used, time.monotonic() - began
            # who tries to accept without a pause takes a processor for himself
            assert used < took / 2, f"{used} s of {took} s"
        # those that have ended make room
        status, _, body = fetch(program.metrics)
        assert status == 200 and "process_open_fds" in body
        await client.delta()

    converse(program, conversation)
    assert program.terminate() == 0, program.output()
