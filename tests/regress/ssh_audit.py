#!/usr/bin/python3
"""ssh-audit finds nothing to fail in the default set of algorithms."""
import shutil

from harness import Server, Skip, check, run


def test(t):
    if shutil.which("ssh-audit") is None:
        raise Skip("no ssh-audit here")
    server = Server(t, rsa=True)
    done = t.run(["ssh-audit", "-n", "-p", server.port, "127.0.0.1"], 60)
    print(done.out)
    check("(kex) curve25519-sha256 " in done.out, f"it saw nothing: {done}")
    failures = [s for s in done.out.splitlines() if "[fail]" in s]
    check(not failures, f"ssh-audit fails {failures}")


run(test)
