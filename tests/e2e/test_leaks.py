"""Ten thousand scrapes in a row, of all kinds and with all that clients do wrong, leave nothing behind."""

import http.client
import itertools
import random
import socket
import struct

from exposition import OPEN_METRICS, PROTOBUF, TEXT
from process import Process
from waiting import DEADLINE, wait_until

WARM_UP = 2_000
SCRAPES = 10_000

# a few kilobytes; the family that is left out has megabytes, more than sockets hold
SMALL = "?" + "&".join(f"name[]=known_{letter}*" for letter in "bcdmn")

FORMATS = [TEXT, OPEN_METRICS, PROTOBUF, "*/*", "nonsense;;q=x, \xff/\xfe", "image/png;q=0", ""]
ENCODINGS = ["identity", "gzip", "zstd", "br;q=1, gzip;q=0.5", "identity;q=0", "nonsense;;q"]


class Scraper:
    """A client of all habits. It draws them with a seed, so that a run can be repeated."""

    def __init__(self, authority):
        self.rng = random.Random(1)
        self.host, port = authority.split(":")
        self.port = int(port)
        self.kept = http.client.HTTPConnection(self.host, self.port, timeout=DEADLINE)
        self.habits = 50 * [self.small] + 10 * [self.new, self.head, self.wrong, self.cut_off, self.mute]
        # megabytes each time
        self.habits += 2 * [self.whole]

    def scrape(self):
        self.rng.choice(self.habits)()

    def _ask(self, path, method="GET", connection=None):
        connection = connection or self.kept
        accept, encoding = self.rng.choice(FORMATS), self.rng.choice(ENCODINGS)
        headers = {"Accept": accept.encode("latin-1"), "Accept-Encoding": encoding}
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read()

    def small(self):
        status, body = self._ask(f"/metrics{SMALL}")
        assert status == 200 and body

    def head(self):
        assert self._ask(f"/metrics{SMALL}", "HEAD") == (200, b"")

    def wrong(self):
        wrong = self.rng.choice(["name[]=&name[]=none", "match[]={", "match[]=a{b=~'c'}", "%ff=%&name[]=none", "name[]=none&" * 500])
        status, _ = self._ask(f"/metrics?{wrong}")
        assert status in (200, 400, 414, 431)

    def new(self):
        connection = http.client.HTTPConnection(self.host, self.port, timeout=DEADLINE)
        status, body = self._ask(f"/metrics{SMALL}", connection=connection)
        assert status == 200 and body
        connection.close()

    def _connect(self, request):
        connection = socket.create_connection((self.host, self.port), DEADLINE)
        connection.sendall(request)
        return connection

    def whole(self):
        connection = self._connect(b"GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        received = 0
        while chunk := connection.recv(1 << 20):
            received += len(chunk)
        assert received > 4 << 20
        connection.close()

    def cut_off(self):
        connection = self._connect(b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 200 OK")
        if self.rng.random() < 0.5:
            # a reset, and no goodbye
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    def at_once(self, clients):
        """So many whole scrapes, under way at the same time, that are cut off."""
        connections = []
        for accept, encoding in itertools.islice(itertools.cycle(itertools.product(FORMATS[:3], ENCODINGS[:3])), clients):
            head = f"GET /metrics HTTP/1.1\r\nHost: a\r\nAccept: {accept}\r\nAccept-Encoding: {encoding}\r\n\r\n"
            connections.append(self._connect(head.encode()))
        for connection in connections:
            assert connection.recv(100)
            connection.close()

    def mute(self):
        request = b"GET /metrics HTTP/1.1\r\nHost: a\r\nAccept: text/plain\r\n\r\n"
        self._connect(request[: self.rng.randrange(len(request))]).close()


def test_ten_thousand_scrapes_leave_nothing_behind(served):
    # one heap for all threads: else memory depends on which thread happens to serve what
    program = served("every_kind", MALLOC_ARENA_MAX="1")
    texts = [f"{number} {'x' * 1000}" for number in range(5_000)]
    program.tell([{"family": "hits", "text": text, "value": "1"} for text in texts])
    program.tell([{"family": name, "value": "1"} for name in ("depth", "classic", "native", "both")])
    process = Process(program.process.pid)
    scraper = Scraper(program.authority)
    # the heap has its size once as much has been under way as ever can be: 40 scrapes, and it grows no more
    for _ in range(10):
        scraper.at_once(40)
    for _ in range(WARM_UP):
        scraper.scrape()
    # what is under way ends, and threads that nobody needs
    descriptors, threads, resident = settled(process)
    for _ in range(SCRAPES - WARM_UP):
        scraper.scrape()
    wait_until("descriptors that are closed", lambda: process.descriptors() <= descriptors)
    wait_until("threads that end", lambda: process.threads() <= threads)
    # 80 bytes a scrape would be seen
    assert process.resident() < 1.01 * resident
    assert program.end() == 0, program.output()


def settled(process):
    """Descriptors, threads and memory when they do not change any more."""
    seen = []

    def same():
        seen.append((process.descriptors(), process.threads()))
        return len(seen) > 20 and len(set(seen[-20:])) == 1

    wait_until("descriptors and threads that stay", same)
    return *seen[-1], process.resident()
