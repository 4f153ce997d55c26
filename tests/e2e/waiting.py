"""Waiting for what must come true. No test here sleeps; all have the same deadline."""

import time

# long enough for a machine that does ten other things
DEADLINE = 120


def wait_until(what, probe):
    """The first true value of `probe`; fails with `what`, and what `probe` gave last, if there is none."""
    deadline = time.monotonic() + DEADLINE
    while True:
        found = probe()
        if found:
            return found
        assert time.monotonic() < deadline, f"waited in vain for {what}: {found!r}"
        time.sleep(0.05)
