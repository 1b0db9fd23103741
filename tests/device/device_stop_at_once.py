#!/usr/bin/python3
"""TERM ends the client whenever it comes, also while it starts: under each
shell, at another moment each time."""
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] /
                       "regress"))

from harness import Skip, eventually, proc, run                  # noqa
from harness.case import PATIENCE, SRCDIR                                 # noqa

TIMES = 60
STEP = 0.0005           # s from one moment to the next


def stop_after(t, shell, delay):
    client = t.spawn([*shell, SRCDIR / "device/et-phone-home", "run"], env={
        "ET_ETC": str(t.dir / "etc"), "ET_RUN": str(t.dir / "run"),
        "PATH": os.environ["PATH"]}, stderr=subprocess.DEVNULL)
    time.sleep(delay)
    client.send_signal(signal.SIGTERM)
    client.wait()
    eventually(lambda: not proc.descendants(os.getpid()), PATIENCE,
               f"{shell}: nothing is left after {delay} s")
    shutil.rmtree(t.dir / "run", ignore_errors=True)


def test(t):
    (t.dir / "etc").mkdir()
    (t.dir / "etc/config").write_text("id = one\nserver = 127.0.0.1:1\n")
    for shell in (["dash"], ["busybox", "ash"]):
        if shutil.which(shell[0]) is None:
            raise Skip(f"no {shell[0]} here")
        for n in range(TIMES):
            stop_after(t, shell, n * STEP)


run(test)
