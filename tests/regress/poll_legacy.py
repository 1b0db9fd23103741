#!/usr/bin/python3
"""device<mac> and the original's command: exactly "0", status 0."""
from harness import Server, eq, run


def test(t):
    server = Server(t)
    device = server.device("6466b34bde54")
    for client in ("dbclient", "ssh"):
        after = server.events.mark()
        done = device.poll(client).ok()
        eq(done.out, "0\n", f"the answer to {client}")
        beat = server.events.wait("heartbeat", after=after,
                                  device="6466b34bde54")
        eq(beat["addr"], "127.0.0.1", "addr")
        login = server.events.wait("login", after=after)
        eq(login["key"], device.key.fingerprint, "key")
        eq(login["conn"], beat["conn"], "conn")
        server.events.wait("session.close", after=after)
    server.admin_ok("forward", "open", device.name, "22:9876")
    eq(device.poll().ok().out, "22:9876\n", "the answer")
    device.user = device.name       # "ID" and "deviceID" are the same
    eq(device.poll().ok().out, "0\n", "the answer to the bare id")


run(test)
