#!/usr/bin/python3
"""A local user cannot trace or read the server's processes."""
import os
import pwd

from harness import Server, Skip, check, plain_build_only, proc, run
from harness.server import USER


def test(t):
    plain_build_only("their leak checker traces")
    if os.getuid() != 0:
        raise Skip("needs root, to become the server's own user")
    server = Server(t)
    if server.sanitized():
        raise Skip("a sanitizer must attach to itself")
    uid = pwd.getpwnam(USER).pw_uid
    pids = server.workers() + [server.process.pid, server.keeper()]
    for pid in pids:
        done = t.run(["setpriv", f"--reuid={uid}", "--regid=65534",
                      "--clear-groups", "--inh-caps=-all", "cat",
                      f"/proc/{pid}/maps"])
        check(done.out == "", f"{proc.executable(pid)}: readable to its uid")


run(test)
