"""The fuzzing client of the Autobahn test suite against one server: `python autobahn_client.py ws://127.0.0.1:1/ 1.* 2.*`.

The suite is a program for Python 2. Its cases and their verdicts are run here as they are published, on Python 3: see
`Latin`. It prints a line of JSON for each case when that has ended. The WebSocket underneath is `autobahn`, of the version
that the suite asks for.
"""

import binascii
import fnmatch
import importlib.machinery
import importlib.util
import json
import os
import pathlib
import re
import sys
import types
import urllib.parse

from autobahn.twisted.websocket import WebSocketClientFactory, WebSocketClientProtocol
from autobahn.websocket.utf8validator import Utf8Validator
from twisted.internet import reactor
from twisted.logger import globalLogPublisher

# a case that takes longer than this has hung; the longest waits of the suite's own are shorter for what passes
CASE_SECONDS = 60

# how much longer than in the suite a case waits for what ought to come
PATIENCE = 20


def octets(text):
    """In the cases a string is octets, as in Python 2: one character for each."""
    return text.encode("latin-1") if isinstance(text, str) else text


def text(octets):
    return octets.decode("latin-1")


class LatinValidator(Utf8Validator):
    def validate(self, data):
        return super().validate(octets(data))


# what the cases import
LATIN = types.ModuleType("latin")
LATIN.b2a_hex = lambda data: text(binascii.b2a_hex(octets(data)))
LATIN.Utf8Validator = LatinValidator

# how Python 3 writes what they say
CONVERSIONS = [
    (r"^(\s*)print\b(.*)$", r"\1print(\2)"),
    (r"\bxrange\b", "range"),
    (r"\(object, Case, \)", "(Case, )"),
    (r"^import binascii$", "import latin as binascii"),
    (r"^from autobahn\.websocket\.utf8validator import", "from latin import"),
    # a division of whole numbers
    (r"len\(self\.payload\) / self", "len(self.payload) // self"),
]


class Latin(importlib.machinery.SourceFileLoader):
    """Loads a module of the suite. Strings stay strings, of one character for each octet, and become octets where they
    leave for the wire; what little else differs is converted. Nothing is written."""

    def get_code(self, fullname):
        source = text(self.get_data(self.path)).replace("\r\n", "\n")
        for pattern, replacement in CONVERSIONS:
            source = re.sub(pattern, replacement, source, flags=re.MULTILINE)
        return compile(source, self.path, "exec", dont_inherit=True)


def load_cases():
    """The suite's cases, by their numbers, in its order."""
    suite = importlib.util.find_spec("autobahntestsuite")
    folder = pathlib.Path(suite.submodule_search_locations[0], "case")
    sys.modules["latin"] = LATIN
    # the cases of compression, which read files of the suite; see `test_autobahn`
    compression = types.ModuleType("case12_x_x")
    for number in (12, 13):
        setattr(compression, f"Case{number}_X_X", [])
        setattr(compression, f"Case{number}_X_X_CaseSubCategories", {})
    sys.modules["case12_x_x"] = compression
    # the suite itself does not play it
    sys.modules["case9_9_1"] = types.ModuleType("case9_9_1")

    # its modules name each other as if their folder were in the path
    sys.path.insert(0, str(folder))
    sys.path_importer_cache[str(folder)] = importlib.machinery.FileFinder(str(folder), (Latin, [".py"]))
    loader = Latin("cases", str(folder / "__init__.py"))
    cases = importlib.util.module_from_spec(importlib.util.spec_from_loader("cases", loader))
    loader.exec_module(cases)
    return {case.__name__.removeprefix("Case").replace("_", "."): case for case in cases.Cases}


class Fuzzer(WebSocketClientProtocol):
    """What a case calls `p`: the connection on which it is played."""

    def connectionMade(self):
        super().connectionMade()
        self.connectionWasOpen = False
        self.createWirelog = False
        self.txFrameStats = {}
        self.case = self.factory.case(self)
        self.timers = [reactor.callLater(CASE_SECONDS, self.dropConnection, abort=True)]

    def connectionLost(self, reason):
        super().connectionLost(reason)
        for timer in self.timers:
            if timer.active():
                timer.cancel()
        self.case.onConnectionLost(self.failedByMe)
        self.factory.ended(self.case, self.remoteCloseCode)

    def onOpen(self):
        self.connectionWasOpen = True
        self.case.onOpen()

    def onMessage(self, payload, isBinary):
        self.case.onMessage(text(payload), isBinary)

    def onPong(self, payload):
        self.case.onPong(text(payload))

    def onClose(self, wasClean, code, reason):
        self.case.onClose(wasClean, code, reason)

    def sendFrame(self, opcode, payload=b"", payload_len=None, **options):
        payload = octets(payload)
        if payload_len is not None:
            # `autobahn` does this too, but for Python 2 alone
            payload = (payload * (payload_len // len(payload) + 1))[:payload_len]
        super().sendFrame(opcode, payload, **options)

    def sendMessage(self, payload, *options, **named):
        super().sendMessage(octets(payload), *options, **named)

    def sendMessageFrameData(self, payload, *options, **named):
        return super().sendMessageFrameData(octets(payload), *options, **named)

    def sendCloseFrame(self, code=None, reasonUtf8=None, **options):
        super().sendCloseFrame(code, octets(reasonUtf8), **options)

    def logTxFrame(self, frameHeader, *_):
        self.txFrameStats[frameHeader.opcode] = self.txFrameStats.get(frameHeader.opcode, 0) + 1

    def enableWirelog(self, _):
        pass

    def after(self, seconds, act):
        self.timers.append(reactor.callLater(seconds, self._unless_closed, act))

    def _unless_closed(self, act):
        if self.state != self.STATE_CLOSED:
            act()

    def continueLater(self, delay, fun, tag=None):
        self.after(delay, fun)

    # what passes does not wait for these two, so that they can be patient with a machine that does ten other things

    def killAfter(self, delay):
        self.after(PATIENCE * delay, self.failConnection)

    def closeAfter(self, delay):
        self.after(PATIENCE * delay, self.sendClose)


class Play(WebSocketClientFactory):
    """Plays cases one after the other."""

    protocol = Fuzzer

    def __init__(self, url, cases):
        super().__init__(url)
        self.logFrames = True
        # by close frame, as the specification wants it
        self.setProtocolOptions(failByDrop=False)
        self.cases = list(cases.items())
        self.connect()

    def connect(self):
        if not self.cases:
            reactor.stop()
            return
        self.number, self.case = self.cases.pop(0)
        parts = urllib.parse.urlsplit(self.url)
        reactor.connectTCP(parts.hostname, parts.port, self)

    def ended(self, case, close_code):
        verdict = {
            "case": self.number,
            "behavior": case.behavior,
            "close": case.behaviorClose,
            "close_code": close_code,
            "because": [case.result, case.resultClose],
            "expected": repr(case.expected)[:500],
            "received": repr(case.received)[:500],
        }
        print(json.dumps(verdict), flush=True)

    def clientConnectionLost(self, connector, reason):
        self.connect()

    def clientConnectionFailed(self, connector, reason):
        sys.exit(f"no connection for case {self.number}: {reason.getErrorMessage()}")


def give_up(event):
    """An exception within the reactor, which would wait for ever for what comes after it."""
    if "log_failure" in event:
        sys.stderr.write(event["log_failure"].getTraceback())
        sys.stderr.flush()
        os._exit(1)


def main(url, *patterns):
    globalLogPublisher.addObserver(give_up)
    cases = load_cases()
    play = {number: case for number, case in cases.items() if any(fnmatch.fnmatchcase(number, p) for p in patterns)}
    Play(url, play)
    reactor.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
