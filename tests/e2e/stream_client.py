"""A client of the stream by a WebSocket library that is not ours: holds every frame to the schema, and knows the state."""

import asyncio
import decimal
import json

import jsonschema
import websockets

from programs import ROOT
from waiting import DEADLINE

# of the documentation: every frame that a test receives is held to it
SCHEMA = json.loads((ROOT / "metrics-server/docs/stream.schema.json").read_text())


def schema_of(definition):
    """The schema of `frame` or `request`."""
    whole = {key: value for key, value in SCHEMA.items() if key != "oneOf"}
    return jsonschema.Draft202012Validator(whole | {"$ref": f"#/$defs/{definition}"})


FRAMES = schema_of("frame")
REQUESTS = schema_of("request")


class StreamClient:
    """A connection to the stream. What it was told of is in `samples`, keyed like an exposition's."""

    def __init__(self, socket):
        self.socket = socket
        self.frames = 0
        self.epoch = None
        self.families = {}
        self.series = {}

    async def frame(self):
        """The next frame, which must be of the schema and in its place."""
        text = await asyncio.wait_for(self.socket.recv(), DEADLINE)
        frame = json.loads(text)
        FRAMES.validate(frame)
        assert frame["seq"] == self.frames, text
        self.frames += 1
        self.epoch = self.epoch or frame["epoch"]
        assert frame["epoch"] == self.epoch, text
        return frame

    async def say(self, **request):
        REQUESTS.validate(request)
        await self.socket.send(json.dumps(request))

    async def data(self, kind):
        """The data of the next frame but for heartbeats, which must be of this type."""
        frame = await self.frame()
        while frame["type"] == "metrics:heartbeat" and kind != "metrics:heartbeat":
            frame = await self.frame()
        assert frame["type"] == kind, frame
        return frame["data"]

    async def snapshot(self):
        """Takes a whole snapshot in, however many parts it has."""
        part = 0
        while True:
            data = await self.data("metrics:snapshot")
            part += 1
            assert data["part"] == part, data
            self._learn(data)
            if data["last"]:
                return

    async def delta(self):
        """Takes the next delta in; returns how each known number has changed, as pairs of old and new."""
        data = await self.data("metrics:delta")
        before = self.samples()
        self._apply(data)
        after = self.samples()
        return {key: (before[key], after[key]) for key in before.keys() & after.keys()}

    async def follow(self):
        """Takes the next frame in, whatever it is, and returns it."""
        frame = await self.frame()
        if frame["type"] == "metrics:snapshot":
            if frame["data"]["part"] == 1:
                self.families, self.series = {}, {}
            self._learn(frame["data"])
        if frame["type"] == "metrics:delta":
            self._apply(frame["data"])
        return frame

    def _apply(self, delta):
        for series, value in delta["values"].items():
            self.series[int(series)][1] = value
        self._learn(delta)
        # it may never have heard of one that came and went
        for series in delta["removed"]:
            self.series.pop(series, None)

    def _learn(self, data):
        for family in data["families"]:
            assert family["id"] not in self.families, family
            self.families[family["id"]] = family
        for series in data["series"]:
            assert series["id"] not in self.series, series
            self.series[series["id"]] = [series, series["value"]]

    def samples(self):
        """The state as the samples of an exposition."""
        samples = {}
        for series, value in self.series.values():
            family = self.families[series["family"]]
            name = family["name"]
            assert len(family["labels"]) == len(series["labels"]), (family, series)
            labels = frozenset(zip(family["labels"], series["labels"]))
            if family["type"] != "histogram":
                samples[(name, labels)] = number(value)
                continue
            # one of native buckets only has none of the others
            bounds = family.get("bounds", [])
            assert len(value["buckets"]) == len(bounds), (family, series)
            samples[(f"{name}_count", labels)] = number(value["count"])
            samples[(f"{name}_sum", labels)] = number(value["sum"])
            counts = [*zip(map(number, bounds), value["buckets"]), (float("inf"), value["count"])]
            for bound, count in counts:
                samples[(f"{name}_bucket", labels | {("le", le(bound))})] = number(count)
        return samples


def number(value):
    """Numbers that JSON cannot hold are strings."""
    return float(value)


def le(bound):
    """A bound as the exposition writes it."""
    if bound == float("inf"):
        return "+Inf"
    return format(decimal.Decimal(repr(bound)), "f").removesuffix(".0")


def converse(program, conversation, query=""):
    """Runs `conversation` with a client that is connected to the program's stream."""

    async def connected():
        options = {"subprotocols": ["metricset.v1+json"], "ping_interval": None, "max_size": None}
        async with websockets.connect(program.stream + query, **options) as socket:
            assert socket.subprotocol == "metricset.v1+json"
            return await conversation(StreamClient(socket))

    return asyncio.run(connected())
