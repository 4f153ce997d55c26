"""The examples and Prometheus as processes: each in a group of its own, which is killed as a whole."""

import functools
import json
import os
import pathlib
import re
import signal
import subprocess
import threading
import urllib.error
import urllib.parse
import urllib.request

from waiting import DEADLINE, wait_until

ROOT = pathlib.Path(__file__).parents[2]

# should this process be killed, the programs that it started end by themselves
BACKSTOP_SECONDS = 600

EXAMPLES = ["quickstart", "websocket_server", "prometheus_demo", "chatbox", "live_view", "proxy_pool"]


@functools.cache
def target_directory():
    """Where cargo puts what it builds; `tests/run e2e` has built the examples there."""
    command = ["cargo", "metadata", "--no-deps", "--format-version=1"]
    metadata = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE)
    return pathlib.Path(json.loads(metadata.stdout)["target_directory"])


class Program:
    """A process whose output is read as it comes."""

    def __init__(self, command, stdin=subprocess.DEVNULL, **environment):
        self.process = subprocess.Popen(
            [str(part) for part in command],
            stdin=stdin,
            env=os.environ | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.lines = []
        self.readers = [
            threading.Thread(target=self._read, args=[pipe], daemon=True)
            for pipe in (self.process.stdout, self.process.stderr)
        ]
        for reader in self.readers:
            reader.start()

    def _read(self, pipe):
        for line in pipe:
            self.lines.append(line.rstrip("\n"))

    def output(self):
        return "\n".join(self.lines)

    def wait_for_line(self, pattern):
        """The match of the first line that has `pattern`."""

        def found():
            for line in list(self.lines):
                match = re.search(pattern, line)
                if match:
                    return match
            assert self.process.poll() is None, f"it ended with {self.process.poll()}:\n{self.output()}"
            return None

        return wait_until(f"a line with {pattern}", found)

    def wait_for_exit(self):
        """The exit code, when all output has been read."""
        try:
            code = self.process.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"it does not end:\n{self.output()}") from None
        for reader in self.readers:
            reader.join(DEADLINE)
        return code

    def terminate(self):
        """Asks the process, and it alone, to end, as `kill` does; returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.wait_for_exit()

    def kill(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()


class Example(Program):
    """An example on a free port, with the addresses that it prints."""

    def __init__(self, name, *arguments, listen="127.0.0.1:0", seconds=BACKSTOP_SECONDS, echo="127.0.0.1:0"):
        path = target_directory() / "debug" / "examples" / name
        assert path.exists(), f"{path}: `cargo build --examples` makes it"
        command = [path, "--listen", listen, "--seconds", seconds, *arguments]
        if name == "websocket_server":
            # its echo server has an address of its own
            command += ["--echo", echo]
        super().__init__(command)

    @functools.cached_property
    def metrics(self):
        """The address of the exposition: the first that is printed."""
        return self.wait_for_line(r"http://\S+/metrics\b")[0]

    @property
    def authority(self):
        return urllib.parse.urlsplit(self.metrics).netloc

    @property
    def stream(self):
        return f"{self.metrics.replace('http', 'ws', 1)}/stream"


class Served(Program):
    """A program of `tests/http/served`, which ends when its input does: also should this process be killed."""

    def __init__(self, name, *arguments, **environment):
        path = target_directory() / "debug" / "examples" / name
        assert path.exists(), f"{path}: `cargo build --examples` makes it"
        super().__init__([path, *arguments], stdin=subprocess.PIPE, **environment)
        self.told = 0

    @functools.cached_property
    def metrics(self):
        """The address of the exposition."""
        return self.wait_for_line(r"http://[^\s/]+/metrics\b")[0]

    @property
    def authority(self):
        return urllib.parse.urlsplit(self.metrics).netloc

    @property
    def stream(self):
        return f"ws://{self.authority}/metrics/stream"

    def tell(self, objects):
        """Gives it these objects, one JSON a line, and waits until it has read them all."""
        self.process.stdin.writelines(json.dumps(one) + "\n" for one in objects)
        self.process.stdin.flush()
        self.told += len(objects)
        self.wait_for_line(rf"^read {self.told}$")

    def end(self):
        """Ends the input, and returns the exit code."""
        self.process.stdin.close()
        return self.wait_for_exit()


def ask(url, method="GET", **headers):
    """An answer with its `status`, `headers` and body as it came, whatever the status. `_` in a name is `-`."""
    headers = {name.replace("_", "-"): value for name, value in headers.items() if value is not None}
    request = urllib.request.Request(url, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=DEADLINE) as answer:
            return answer, answer.read()
    except urllib.error.HTTPError as answer:
        return answer, answer.read()


def fetch(url, method="GET", **headers):
    """Status, content type and body of an answer, whatever the status."""
    answer, body = ask(url, method, **headers)
    return answer.status, answer.headers["content-type"], body.decode()


class Prometheus(Program):
    """A Prometheus with storage of its own, and its HTTP API. A target may have a path: `127.0.0.1:3000/db/metrics`. More
    keys of its configuration are `settings`."""

    def __init__(self, folder, targets, flags=(), interval="1s", settings=None):
        jobs = []
        for name, target in targets.items():
            authority, slash, path = target.partition("/")
            job = {"job_name": name, "static_configs": [{"targets": [authority]}]}
            jobs.append(job | ({"metrics_path": slash + path} if slash else {}))
        config = folder / "prometheus.yml"
        # JSON is YAML
        intervals = {"scrape_interval": interval, "scrape_timeout": interval, "evaluation_interval": interval}
        config.write_text(json.dumps({"global": intervals, "scrape_configs": jobs} | (settings or {})))
        super().__init__(
            [
                "timeout",
                BACKSTOP_SECONDS,
                "prometheus",
                f"--config.file={config}",
                f"--storage.tsdb.path={folder / 'data'}",
                "--web.listen-address=127.0.0.1:0",
                *flags,
            ]
        )

    @functools.cached_property
    def authority(self):
        return self.wait_for_line(r"Listening on.* address=(127\.0\.0\.1:\d+)")[1]

    def ask(self, path, **parameters):
        """The data of an answer of the API; none while Prometheus is starting."""
        query = urllib.parse.urlencode(parameters)
        status, _, body = fetch(f"http://{self.authority}/api/v1/{path}?{query}")
        if status == 503:
            return None
        answer = json.loads(body)
        assert answer["status"] == "success", f"{path} {parameters}: {body}"
        return answer["data"]

    def types(self):
        """The type of each family. In OpenMetrics the families of counters have no `_total`."""
        metadata = {name: entries[0]["type"] for name, entries in self.ask("metadata").items()}
        has_suffix = lambda name, kind: kind == "counter" and not name.endswith("_total")
        return {f"{name}_total" if has_suffix(name, kind) else name: kind for name, kind in metadata.items()}

    def query(self, expression):
        """An instant query's result: for each series its labels and its value; nothing while it is not ready."""
        data = self.ask("query", query=expression) or {"result": []}
        return [(series["metric"], float(series["value"][1])) for series in data["result"] if "value" in series]

    def native(self, expression):
        """The native histograms that an instant query gives: for each its labels, and what the API tells of it."""
        data = self.ask("query", query=expression)
        return [(series["metric"], series["histogram"][1]) for series in data["result"] if "histogram" in series]

    def number(self, expression):
        """The value of a query that has one series."""
        result = self.query(expression)
        assert len(result) == 1, f"{expression}: {result}"
        return result[0][1]

    def wait_for_target(self):
        """Waits until every target has been scraped, at last without an error."""
        targets = []

        def up():
            targets[:] = (self.ask("targets") or {}).get("activeTargets", [])
            return targets and all(target["health"] == "up" for target in targets)

        try:
            wait_until("targets that are up", up)
        except AssertionError:
            raise AssertionError(f"they are not up: {targets}") from None
