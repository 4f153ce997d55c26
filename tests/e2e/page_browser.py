"""A browser with the live page in it, which remembers all that must not happen: errors, foreign requests, violations."""

import contextlib
import urllib.parse

from playwright.sync_api import sync_playwright

from waiting import DEADLINE

EXECUTABLE = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# what is asked of the page, and what it must tell before anything else runs in it
WATCH = """
window.violations = [];
addEventListener("securitypolicyviolation", (event) => violations.push(`${event.violatedDirective} ${event.blockedURI}`));
"""


@contextlib.contextmanager
def browser():
    """Chromium without a window."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=EXECUTABLE, args=FLAGS)
        try:
            yield chromium
        finally:
            chromium.close()


class Page:
    """One visitor with storage of its own."""

    def __init__(self, chromium, width=1440, height=900, **options):
        self.context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        self.context.set_default_timeout(DEADLINE * 1000)
        self.context.add_init_script(WATCH)
        self.tab = self.context.new_page()
        self.errors = []
        self.requests = []
        self.tab.on("console", lambda message: message.type == "error" and self.errors.append(message.text))
        self.tab.on("pageerror", lambda error: self.errors.append(str(error)))
        self.tab.on("request", lambda request: self.requests.append(request.url))
        self.tab.on("websocket", lambda socket: self.requests.append(socket.url))

    def open(self, address):
        """Opens the page and waits until it is live."""
        self.tab.goto(address)
        self.wait_for_state("Live")
        self.wait("metricsLive.store.ticks > 0")

    def wait(self, condition, argument=None):
        """Waits until this JavaScript is true."""
        self.tab.wait_for_function(f"(argument) => {condition}", arg=argument)

    def wait_for_state(self, state):
        self.wait("document.getElementById('state').textContent === argument", state)

    def wait_for_ticks(self, more):
        """Waits until the store has heard of so many more ticks."""
        self.wait("metricsLive.store.ticks >= argument", self.tab.evaluate("metricsLive.store.ticks") + more)

    def plotted(self, family):
        """The data of a panel's chart: times, and the values of each line; no line, while there is no panel."""
        return self.tab.evaluate("(name) => [...metricsLive.view.panels.values()].find((p) => p.family.name === name)?.plotted ?? [[]]", family)

    def last(self, family):
        """The newest value of a panel's first line; `None`, while there is no panel, or no point in it."""
        lines = self.plotted(family)[1:2]
        return lines[0][-1] if lines and lines[0] else None

    def newest(self, family):
        """The time of the newest point of a chart, 0 before the first."""
        return max(self.plotted(family)[0] or [0])

    def wait_for_chart(self, family):
        """Waits until a chart has a line of two points."""
        has_line = """[...metricsLive.view.panels.values()].some((panel) => panel.family.name === argument
            && panel.plotted.slice(1).some((line) => line.filter((value) => value !== null).length > 1))"""
        self.wait(has_line, family)

    def shown(self):
        """The families whose panels are there to be seen."""
        panels = self.tab.locator(".panel:visible")
        return panels.evaluate_all("(panels) => panels.map((panel) => panel.dataset.family)")

    def module(self, name, expression, argument=None):
        """What an expression makes of a module of the page, which it sees as `m`."""
        script = f"async (argument) => {{ const m = await import(`${{location.origin}}/metrics/live/{name}`); return {expression}; }}"
        return self.tab.evaluate(script, argument)

    def is_clean(self):
        """Nothing went wrong, and nobody but the page's own host was asked."""
        assert self.errors == []
        assert self.tab.evaluate("violations") == []
        host = urllib.parse.urlsplit(self.tab.url).netloc
        foreign = [url for url in self.requests if urllib.parse.urlsplit(url).netloc != host and not url.startswith("data:")]
        assert foreign == []

    def close(self):
        self.context.close()
