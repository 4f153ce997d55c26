"""Fixtures: programs that are started for a test and gone after it, however it ends."""

import pytest

from programs import Example, Prometheus


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
def prometheus(tmp_path):
    """Starts a Prometheus that scrapes these targets, by job name, every second."""
    started = []

    def start(**targets):
        program = Prometheus(tmp_path, targets)
        started.append(program)
        return program

    yield start
    for program in started:
        program.kill()
