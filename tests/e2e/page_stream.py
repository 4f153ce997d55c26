"""A stream as a test wants it, in place of the server's: frames of the protocol, made up."""

import json
import re

BOUNDS = [0.001 * 2**step for step in range(12)]


class MadeUpStream:
    """Answers the page's WebSocket; every number is sent when the test says so."""

    def __init__(self, page, families, series, events=(), summary=None):
        self.families, self.series = families, series
        self.events, self.summary = list(events), summary or {}
        self.epoch, self.ts = "made-up", 1_763_000_000_000
        self.joined = 0
        self.requests = []
        page.tab.route_web_socket(re.compile("/metrics/stream"), self._join)

    def _join(self, route):
        self.route = route
        self.seq = 0
        self.joined += 1
        route.on_message(lambda text: self.requests.append(json.loads(text)))
        self.send("hello", {"protocol": 1, "interval_ms": 1000, "events": self.events})
        whole = {"part": 1, "last": True, "families": self.families, "series": self.series}
        self.send("snapshot", whole | self.summary)

    def send(self, kind, data, seq=None):
        frame = {"type": f"metrics:{kind}", "seq": self.seq if seq is None else seq, "epoch": self.epoch, "ts": self.ts, "data": data}
        self.seq += 1
        self.route.send(json.dumps(frame))

    def delta(self, values, **more):
        self.ts += 1000
        self.send("delta", {"values": values, "families": [], "series": [], "removed": []} | more)


def family(id, name, kind, labels=(), **more):
    return {"id": id, "name": name, "type": kind, "unit": "", "help": f"Help of {name}.", "labels": list(labels)} | more


def many(families, of_each, histograms):
    """So many counters and gauges in turn, each of so many series, and histograms of four."""
    told, series = [], []
    for index in range(families):
        kind = ("counter", "gauge")[index % 2]
        name = f"app{index // 10}_thing{index}" + ("_total" if kind == "counter" else "")
        told.append(family(10_000 + index, name, kind, ["shard"]))
        for shard in range(of_each):
            series.append({"id": len(series), "family": 10_000 + index, "labels": [f"s{shard}"], "value": shard})
    for index in range(histograms):
        id = 20_000 + index
        told.append(family(id, f"app0_wait{index}_seconds", "histogram", ["shard"], unit="seconds", bounds=BOUNDS))
        for shard in range(4):
            series.append({"id": len(series), "family": id, "labels": [f"s{shard}"], "value": histogram(0)})
    return told, series


def histogram(count):
    """A state with so many observations, spread over the buckets."""
    buckets = [count * (step + 1) // (len(BOUNDS) + 1) for step in range(len(BOUNDS))]
    return {"count": count, "sum": count * 0.01, "buckets": buckets}


def moved(series, step):
    """The values of all series after so many steps."""
    values = {}
    for one in series:
        is_histogram = isinstance(one["value"], dict)
        values[str(one["id"])] = histogram(step * 13) if is_histogram else one["value"] + step * (one["id"] % 7)
    return values
