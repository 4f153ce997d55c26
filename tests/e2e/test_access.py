"""A program that asks who reads, and what reads it: Prometheus with a password and with a token, and Chromium with a person
who knows the password."""

import http.server
import threading

import pytest

from page_browser import Page, browser
from programs import fetch
from waiting import wait_until

USER, PASSWORD = "visitor", "open sesame"
# of the password, by libxcrypt
HASH = "$2y$04$abcdefghijklmnopqrstuu/LVz6MZlItEy42I2juLihZ66HnQx/cy"
TOKEN = "0123456789abcdef0123456789abcdef"


class Files:
    """The secrets of the program."""

    def __init__(self, folder):
        self.hash, self.token = folder / "hash", folder / "token"
        self.hash.write_text(f"{HASH}\n")
        self.token.write_text(f"{TOKEN}\n")


@pytest.fixture
def files(tmp_path):
    return Files(tmp_path)


@pytest.fixture
def guarded(served, files):
    return served("guarded", files.hash, files.token)


def job(name, program, **settings):
    return {"job_name": name, "static_configs": [{"targets": [program.authority]}]} | settings


def test_prometheus_scrapes_with_a_password_and_with_a_token_that_is_replaced(guarded, files, prometheus):
    jobs = [
        job("user", guarded, basic_auth={"username": USER, "password": PASSWORD}),
        job("token", guarded, authorization={"credentials_file": str(files.token)}),
        job("nobody", guarded),
        job("mallory", guarded, basic_auth={"username": "mallory", "password": PASSWORD}),
    ]
    server = prometheus(settings={"scrape_configs": jobs})

    def are(state):
        return lambda: {labels["job"]: value for labels, value in server.query("up")} == state

    def last_error(job):
        targets = server.ask("targets")["activeTargets"]
        return next(target["lastError"] for target in targets if target["labels"]["job"] == job)

    wait_until("two that are let in", are({"user": 1, "token": 1, "nobody": 0, "mallory": 0}))
    assert "401" in last_error("nobody")
    wait_until("one that has to wait", lambda: "429" in last_error("mallory"))
    # both read the same file: Prometheus at each scrape, the program from time to time
    files.token.write_text("fedcba9876543210fedcba9876543210\n")
    new = lambda: fetch(guarded.metrics, authorization="Bearer fedcba9876543210fedcba9876543210")[0] == 200
    wait_until("the new token", new)
    # 429 after so many wrong ones
    assert fetch(guarded.metrics, authorization=f"Bearer {TOKEN}")[0] in (401, 429)
    wait_until("the scrape with it", are({"user": 1, "token": 1, "nobody": 0, "mallory": 0}))


@pytest.fixture
def visitor():
    """A visitor of the page who types his password, with these options."""
    with browser() as chromium:
        pages = []

        def start(**options):
            pages.append(Page(chromium, **options))
            return pages[-1]

        yield start
        for page in pages:
            page.close()


@pytest.fixture
def origin():
    """The origin of a page of somebody else's, in which there is nothing."""

    class Nothing(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Nothing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()


# what a page can know of an answer: its status, or that its browser kept it
READ = """async ([url, headers]) => fetch(url, { headers }).then((answer) => answer.text().then(() => answer.status), () => "kept")"""


def test_a_page_of_an_allowed_origin_reads_with_a_token(served, files, origin, visitor):
    allowing, other = served("guarded", files.hash, files.token, origin), served("guarded", files.hash, files.token)
    page = visitor()
    page.tab.goto(origin)
    read = lambda program, **headers: page.tab.evaluate(READ, [f"{program.metrics}/json", headers])
    assert read(allowing, authorization=f"Bearer {TOKEN}") == 200
    assert read(allowing, authorization="Bearer wrong") == 401
    # no other header is anything to us
    assert read(allowing, authorization=f"Bearer {TOKEN}", x_other="1") == "kept"
    assert read(other, authorization=f"Bearer {TOKEN}") == "kept"


@pytest.mark.parametrize("path", ["/", "/metrics/live"])
def test_the_live_page_is_live_for_a_person_with_the_password(guarded, visitor, path):
    page = visitor(http_credentials={"username": USER, "password": PASSWORD})
    page.open(f"http://{guarded.authority}{path}")
    page.wait_for_chart("guarded_ticks_total")
    page.wait_for_ticks(3)
    assert page.errors == []


def test_the_live_page_is_live_with_the_password_in_its_address(guarded, visitor):
    page = visitor()
    page.open(f"http://{USER}:open%20sesame@{guarded.authority}/")
    page.wait_for_chart("guarded_ticks_total")
    page.wait_for_ticks(3)
    assert page.errors == []


def test_the_live_page_shows_nothing_to_who_types_a_wrong_password(guarded, visitor):
    page = visitor(http_credentials={"username": USER, "password": "wrong"})
    answer = page.tab.goto(f"http://{guarded.authority}/")
    assert answer.status == 401
    assert "a user and a password" in page.tab.inner_text("body")
