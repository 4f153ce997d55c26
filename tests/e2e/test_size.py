"""A million series: a scrape takes little memory, whatever its format, and Prometheus gets every one of them."""

import contextlib
import socket
import subprocess

import pytest

from exposition import OPEN_METRICS, PROTOBUF, TEXT
from process import MIB, Growth, Process
from programs import Served, ask
from waiting import DEADLINE, wait_until

SERIES = 1_000_000

# of them so many have labels of which all combinations exist, and the others are a counter and a gauge for each user
FINITE = 300_000

# what a scrape may take, of any format: chunks, buffers of sockets, the state of a compression, stacks of threads
MOST_GROWTH = 16 * MIB


@pytest.fixture(scope="module")
def million():
    program = Served("million", SERIES)
    try:
        assert int(program.wait_for_line(r"^series (\d+)$")[1]) == SERIES
        ask(f"{program.metrics}?name[]=nothing")
        yield program
        assert program.end() == 0, program.output()
    finally:
        program.kill()


def download(url, accept, encoding):
    """Has curl fetch it and throw it away; how many bytes there were, and of which type and encoding."""
    headers = ["--header", f"Accept: {accept}", "--header", f"Accept-Encoding: {encoding}"]
    command = ["curl", "--silent", "--show-error", "--max-time", str(DEADLINE), *headers]
    command += ["--output", "/dev/null", "--write-out", "%{http_code} %{size_download} %{content_type}", url]
    result = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    status, size, content_type = result.stdout.split(" ", 2)
    assert status == "200"
    return int(size), content_type


@pytest.mark.parametrize("encoding", ["identity", "gzip", "zstd"])
@pytest.mark.parametrize("accept", [TEXT, OPEN_METRICS, PROTOBUF])
def test_a_scrape_takes_little_memory(million, accept, encoding):
    with Growth(Process(million.process.pid)) as growth:
        size, content_type = download(million.metrics, accept, encoding)
    assert content_type.split(";")[0] == accept.split(";")[0]
    least = 20 if encoding == "identity" else 1
    assert size > least * SERIES, "a byte or more for each series, packed or not"
    assert growth.bytes < MOST_GROWTH


def test_scrapers_that_do_not_read_take_little_memory(million):
    stalled = 5
    with Growth(Process(million.process.pid)) as growth, contextlib.ExitStack() as connections:
        for _ in range(stalled):
            host, port = million.authority.split(":")
            connection = connections.enter_context(socket.create_connection((host, int(port)), DEADLINE))
            connection.sendall(f"GET /metrics HTTP/1.1\r\nHost: {million.authority}\r\n\r\n".encode())
            assert connection.recv(100).startswith(b"HTTP/1.1 200 OK")
        # one that reads is not held up by them
        assert download(million.metrics, TEXT, "identity")[0] > 20 * SERIES
    assert growth.bytes < MOST_GROWTH


# which format Prometheus asks for depends on its flags; of protobuf fewer will do, which are many messages of a family too
@pytest.mark.parametrize(
    ("flags", "series"), [([], SERIES), (["--enable-feature=native-histograms"], FINITE + 50_000)]
)
def test_prometheus_gets_them_all(served, million, prometheus, flags, series):
    program = million if series == SERIES else served("million", series)
    # which it has when it is filled
    authority = program.authority
    with Growth(Process(program.process.pid)) as growth:
        server = prometheus(*flags, interval="30s", million=authority)
        wait_until("a scrape", lambda: server.query("up == 1"))
    assert growth.bytes < MOST_GROWTH
    assert server.number("scrape_samples_scraped") >= series
    assert server.number('count({__name__=~"many_.+"})') == series
    # each user has clicked as often as their number
    users = (series - FINITE) // 2
    assert server.number("sum(many_clicks_total)") == users * (users - 1) / 2
