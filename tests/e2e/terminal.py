"""A program in a pseudo-terminal, and what a person would see there, by a terminal emulator that is not ours."""

import fcntl
import os
import pty
import struct
import subprocess
import termios
import threading

import pyte

from waiting import DEADLINE, wait_until

# which terminfo the program goes by does not matter much, as long as it has colours
NAME = "xterm-256color"


class Terminal:
    """A terminal of this size with a program in it."""

    def __init__(self, command, columns=110, lines=30):
        self.ours, self.theirs = pty.openpty()
        fcntl.ioctl(self.theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.settings = termios.tcgetattr(self.theirs)
        self.screen = pyte.Screen(columns, lines)
        self.written = b""
        self.lock = threading.Lock()
        self.process = subprocess.Popen(
            [str(part) for part in command],
            stdin=self.theirs,
            stdout=self.theirs,
            stderr=self.theirs,
            env=os.environ | {"TERM": NAME},
            start_new_session=True,
        )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        stream = pyte.ByteStream(self.screen)
        while True:
            try:
                written = os.read(self.ours, 65536)
            except OSError:
                return
            with self.lock:
                self.written += written
                stream.feed(written)

    def lines(self):
        """What is on the screen."""
        with self.lock:
            return [line.rstrip() for line in self.screen.display]

    def text(self):
        return "\n".join(self.lines())

    def wait_for(self, what, probe):
        """The first true value of `probe` of the lines."""
        try:
            return wait_until(what, lambda: probe(self.lines()))
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.text()}") from None

    def press(self, keys):
        os.write(self.ours, keys.encode())

    def wait_for_exit(self):
        return self.process.wait(DEADLINE)

    def is_as_before(self):
        """Whether the program has left the terminal as it was: its settings, the screen of the shell, the cursor."""
        with self.lock:
            left = self.written.rfind(b"\x1b[?1049l") > self.written.rfind(b"\x1b[?1049h") > -1
            shown = self.written.rfind(b"\x1b[?25h") > self.written.rfind(b"\x1b[?25l") > -1
        return left and shown and termios.tcgetattr(self.theirs) == self.settings

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.theirs)
        os.close(self.ours)
