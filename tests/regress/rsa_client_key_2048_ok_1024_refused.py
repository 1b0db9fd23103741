#!/usr/bin/python3
"""An RSA key below 2048 bits is refused by et-admin and at the login."""
from harness import Key, Server, check, eq, run
from harness.clients import Device


def test(t):
    server = Server(t)
    device = server.device("good", kind="rsa", bits=2048)
    eq(device.poll("ssh").ok().out, "0\n", "2048 bits")
    weak = Key(t, "weak", "rsa", 1024)
    done = server.admin("device", "add", "weak", "--key", weak.pub)
    check(done.code == 1 and len(done.err.strip().splitlines()) == 1,
          f"et-admin: {done}")
    poll = Device(server, "weak", weak).poll(
        "ssh", options=("-o", "RequiredRSASize=1024"))
    check(poll.code != 0, "refused")
    server.events.wait("login.refused")


run(test)
