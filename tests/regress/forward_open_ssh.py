#!/usr/bin/python3
"""forward open --ssh waits for the port and then becomes ssh."""
import os
import subprocess

from harness import Server, check, eq, eventually, fresh_port, run
from harness.device import Listener, hold


def test(t):
    server = Server(t)
    device = server.device()
    fake = t.dir / "fake"
    fake.mkdir()
    (fake / "ssh").write_text('#!/bin/sh\nfor a; do echo "$a"; done\n')
    (fake / "ssh").chmod(0o755)
    service, port = Listener(t, hold).port, fresh_port()
    waiting = t.spawn(
        [server.bin / "admin" / "et-admin", "-c", server.conf, "forward",
         "open", device.name, f"{service}:{port}", "--ssh", "-v", "uname -a"],
        stdout=subprocess.PIPE, env={
            **os.environ, "PATH": f"{fake}:{os.environ['PATH']}"})
    eventually(lambda: device.answer() != ["0"], what="the poll", every=0.1)
    check(waiting.poll() is None, "it waits")
    device.tunnel((service, port))
    out = waiting.communicate()[0].decode().splitlines()
    eq(out[-5:], ["-p", str(port), "root@localhost", "-v", "uname -a"],
       "ssh's arguments")


run(test)
