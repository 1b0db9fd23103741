#!/usr/bin/python3
"""The service manager hears READY=1 and STOPPING=1 from a sealed monitor, by a
socket with a path and by one in the abstract."""
import os
import socket

from harness import Server, eq, run
from harness.case import PATIENCE


def listener(address):
    s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    s.bind(address)
    s.settimeout(PATIENCE)
    return s


def test(t):
    path = str(t.dir / "notify")
    for name, address, said in (("path", path, path), ("abstract",
                                f"\0etph-{os.getpid()}",
                                f"@etph-{os.getpid()}")):
        with listener(address) as s:
            if address == path:
                os.chmod(path, 0o777)
            server = Server(t, name, start=False)
            server.start(wrap=["env", f"NOTIFY_SOCKET={said}"])
            eq(s.recv(100), b"READY=1", f"at the start, by {name}")
            server.stop()
            eq(s.recv(100), b"STOPPING=1", f"at the end, by {name}")


run(test)
