"""Fixtures: programs that are started for a test and gone after it, however it ends."""

import pytest

from programs import Example, Prometheus, Served


@pytest.fixture
def example():
    """Starts an example; call it with its name and further arguments."""
    started = []

    def start(name, *arguments, **options):
        program = Example(name, *arguments, **options)
        started.append(program)
        return program

    yield start
    for program in started:
        program.kill()


@pytest.fixture
def served():
    """Starts a program of `tests/http/served`; call it with its name, arguments, and variables of its environment."""
    started = []

    def start(name, *arguments, **environment):
        program = Served(name, *arguments, **environment)
        started.append(program)
        return program

    yield start
    for program in started:
        program.kill()


@pytest.fixture
def prometheus(tmp_path):
    """Starts a Prometheus, with flags, that scrapes these targets, by job name, every second."""
    started = []

    def start(*flags, interval="1s", settings=None, **targets):
        program = Prometheus(tmp_path, targets, flags, interval, settings)
        started.append(program)
        return program

    yield start
    for program in started:
        program.kill()
