#!/usr/bin/python3
"""A host key that is missing, unreadable or no key: one line, status 78."""
import os

from harness import Key, Server, check, eq, run
from harness.server import USER


def refused(server, path, what):
    server.set(host_keys=[path])
    for args in ((), ("-t",)):
        done = server.fails(*args)
        eq(done.code, 78, f"status with {what}")
        lines = done.err.strip().splitlines()
        check(len(lines) == 1 and lines[0].startswith("et-sshd: ")
              and str(path) in lines[0], f"{what}: {done.err!r}")


def test(t):
    server = Server(t, start=False, run_as=USER)
    good = server.options["host-keys"]
    refused(server, server.dir / "nowhere", "a missing file")
    secret = Key(t, "secret").openssh
    if os.getuid() == 0:
        refused(server, secret, "a file of root's")
    else:
        secret.chmod(0)
        refused(server, secret, "an unreadable file")
    for name, text in (("empty", ""), ("garbage", "hello\n" * 100),
                       ("public", Key(t, "pub").line + "\n")):
        path = server.dir / name
        path.write_text(text)
        path.chmod(0o600)
        server.own(path)
        refused(server, path, name)
    refused(server, server.dir, "a folder")
    locked = t.dir / "locked.key"
    t.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "secret", "-f", locked],
          check_=True)
    server.own(locked)
    refused(server, locked, "a key with a passphrase")
    server.set(host_keys=good)
    server.start()


run(test)
