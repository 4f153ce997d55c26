"""The terminal client beside the running quickstart: in a terminal, and in a pipe."""

import re
import signal
import subprocess

import pytest

from exposition import quiet, scrape
from programs import Program, target_directory
from terminal import Terminal
from waiting import DEADLINE, wait_until


def command(*arguments):
    path = target_directory() / "debug" / "examples" / "watch"
    assert path.exists(), f"{path}: `cargo build --examples` makes it"
    return [path, *arguments]


@pytest.fixture
def terminal():
    """Starts the client in a terminal."""
    started = []

    def start(*arguments, **options):
        terminal = Terminal(command(*arguments), **options)
        started.append(terminal)
        return terminal

    yield start
    for terminal in started:
        terminal.close()


def run(*arguments):
    """Runs the client without a terminal, to its end."""
    program = Program(command(*arguments))
    try:
        return program.wait_for_exit(), program.lines
    finally:
        program.kill()


def value(lines, pattern):
    """The number behind the first text that matches."""
    for line in lines:
        if found := re.search(pattern + r"\s+([\d,]+)", line):
            return int(found[1].replace(",", ""))
    return None


TEA = r"drink=tea"


def orders_of_tea(lines):
    return value([line for line in lines if "outcome" not in line], TEA)


def test_values_appear_and_move(example, terminal):
    quickstart = example("quickstart")
    watch = terminal(quickstart.authority, "--interval-ms", "100", "--match", "cafe_orders_total")
    first = watch.wait_for("orders", orders_of_tea)
    watch.wait_for("more orders", lambda lines: orders_of_tea(lines) > first)
    watch.wait_for("a rate", lambda lines: re.search(TEA + r"\s+[\d,]+\s+[1-9][\d.,]*/s\s+\S*[▂▃▄▅▆▇█]", "\n".join(lines)))
    head = watch.lines()[0]
    assert "● live" in head and quickstart.stream in head and "3 series" in head, head
    # of the selected row: its type and its help
    assert re.search(r"counter  drink=\w+  Orders taken\.", watch.lines()[-2])


def test_the_numbers_are_those_of_a_scrape(example, terminal):
    quickstart = example("quickstart", "--load-seconds", "1")
    after = wait_until("an end of the load", lambda: quiet(quickstart, "cafe_orders_total"))
    watch = terminal(quickstart.metrics, "--interval-ms", "100")
    watch.wait_for("a table", lambda lines: "● live" in lines[0])
    watch.press("/orders_total tea\r")
    expected = after.value("cafe_orders_total", drink="tea")
    watch.wait_for("the number of the scrape", lambda lines: orders_of_tea(lines) == expected)


def test_keys_filter_sort_scroll_pause_and_quit(example, terminal):
    quickstart = example("quickstart")
    watch = terminal(quickstart.stream, "--interval-ms", "100", lines=12)
    watch.wait_for("a table", lambda lines: "● live" in lines[0] and "cafe_" in "\n".join(lines))
    watch.press("G")
    watch.wait_for("the last row", lambda lines: "tokio_" in "\n".join(lines))
    watch.press("/beans")
    watch.wait_for("what is typed", lambda lines: lines[1] == " / beans▏")
    watch.wait_for("few rows", lambda lines: re.search(r" 3 of \d+ series$", lines[0]) and "cafe_beans_grams" in lines[3])
    watch.press("\x1b")
    watch.wait_for("all rows", lambda lines: re.search(r" \d\d+ series$", lines[0]) and not lines[1])
    watch.press("s")
    watch.wait_for("the order", lambda lines: "sort: rate" in lines[-1])
    watch.press("/orders_total tea\r")
    watch.wait_for("orders", orders_of_tea)
    watch.press("p")
    watch.wait_for("a pause", lambda lines: "● paused" in lines[0])
    # frames that were on their way have come when the server's number goes on and ours does not
    served = lambda: scrape(quickstart).value("cafe_orders_total", drink="tea")

    def stands():
        shown, before = orders_of_tea(watch.lines()), served()
        wait_until("more orders", lambda: served() > before + 20)
        return shown == orders_of_tea(watch.lines()) and shown

    shown = wait_until("a number that stands still", stands)
    watch.press("p")
    watch.wait_for("the number to go on", lambda lines: orders_of_tea(lines) > shown)
    watch.press("q")
    assert watch.wait_for_exit() == 0
    wait_until("the terminal as it was", watch.is_as_before)


@pytest.mark.parametrize("end", ["\x03", "\x1b", signal.SIGTERM])
def test_however_it_ends_the_terminal_is_as_it_was(example, terminal, end):
    watch = terminal(example("quickstart").authority)
    watch.wait_for("a table", lambda lines: "● live" in lines[0])
    assert not watch.is_as_before()
    if isinstance(end, str):
        watch.press(end)
    else:
        watch.process.send_signal(end)
    assert watch.wait_for_exit() == 0
    wait_until("the terminal as it was", watch.is_as_before)


def test_it_comes_back_when_the_server_does(example, terminal):
    first = example("quickstart")
    watch = terminal(first.authority, "--interval-ms", "100", "--match", "cafe_orders_total")
    watch.wait_for("orders", orders_of_tea)
    first.terminate()
    watch.wait_for("that it is disconnected", lambda lines: "● disconnected" in lines[0] and "again in" in lines[0])
    assert orders_of_tea(watch.lines()), "what was known stays"
    example("quickstart", listen=first.authority)
    watch.wait_for("that it is live again", lambda lines: "● live" in lines[0] and "restarted" in lines[0])


def test_in_a_pipe_it_prints_a_table_once_a_tick(example):
    quickstart = example("quickstart")
    program = Program(command(quickstart.authority, "--interval-ms", "100", "--match", "cafe_orders_total"))
    try:
        program.wait_for_line(r"^cafe_orders_total drink=tea +[\d,]+  [1-9]\S*/s$")
        tables = lambda: program.output().split("\n\n")
        wait_until("three tables", lambda: len(tables()) > 3)
        drinks = [re.findall(r"^cafe_orders_total drink=(\w+)", table, re.MULTILINE) for table in tables()[:3]]
        assert drinks == 3 * [["espresso", "flat_white", "tea"]]
        assert "\x1b" not in program.output()
    finally:
        program.kill()


def test_it_ends_when_nobody_reads(example):
    quickstart = example("quickstart")
    watch = subprocess.Popen(command(quickstart.authority, "--interval-ms", "100"), stdout=subprocess.PIPE)
    try:
        watch.stdout.readline()
        watch.stdout.close()
        assert watch.wait(DEADLINE) == 0
    finally:
        watch.kill()
        watch.wait()


def test_one_table_is_for_scripts(example):
    quickstart = example("quickstart", "--load-seconds", "1")
    after = wait_until("an end of the load", lambda: quiet(quickstart, "cafe_orders_total"))
    code, lines = run(quickstart.authority, "--once", "--interval-ms", "100", "--match", "cafe_*")
    assert code == 0, lines
    assert orders_of_tea([line for line in lines if "cafe_orders_total" in line]) == after.value(
        "cafe_orders_total", drink="tea"
    )
    assert lines[-1] == "" and all(line.startswith("cafe_") for line in lines[:-1]), lines


def test_what_cannot_be_is_told_in_a_sentence(example):
    quickstart = example("quickstart")
    for arguments, sentence in [
        ([quickstart.authority, "--match", "["], "use letters, digits"),
        ([f"{quickstart.authority}/elsewhere"], "there is no stream"),
        (["127.0.0.1:1", "--once"], "Connection refused"),
        (["wss://localhost"], "`wss` is not spoken here"),
        ([quickstart.authority, "--interval-ms", "99"], "100..=60000"),
    ]:
        code, lines = run(*arguments)
        assert code != 0 and sentence in "\n".join(lines), lines
