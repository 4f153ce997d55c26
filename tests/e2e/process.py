"""What the operating system knows of a process: its memory, its threads, its descriptors."""

import os
import pathlib

MIB = 1 << 20


class Process:
    def __init__(self, pid):
        self.folder = pathlib.Path(f"/proc/{pid}")

    def _status(self, name):
        for line in (self.folder / "status").read_text().splitlines():
            key, _, value = line.partition(":")
            if key == name:
                return int(value.split()[0])
        raise AssertionError(f"no {name}")

    def resident(self):
        """Bytes of memory that are in use."""
        return self._status("VmRSS") * 1024

    def most_resident(self):
        """The most bytes of memory that were in use since `forget_most`."""
        return self._status("VmHWM") * 1024

    def forget_most(self):
        # proc_pid_clear_refs(5): 5 sets the peak to what is in use now
        (self.folder / "clear_refs").write_text("5")

    def threads(self):
        return self._status("Threads")

    def descriptors(self):
        return len(os.listdir(self.folder / "fd"))


class Growth:
    """`with Growth(process) as growth:` makes `growth.bytes` the most memory that was used within, beyond that before."""

    def __init__(self, process):
        self.process = process

    def __enter__(self):
        self.process.forget_most()
        self.before = self.process.resident()
        return self

    def __exit__(self, *_):
        self.bytes = self.process.most_resident() - self.before
