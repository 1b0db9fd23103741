#!/usr/bin/python3
"""A script that does what the original's device did, end to end."""
from harness import Server, dial, eq, eventually, fresh_port, run
from harness.device import Listener, echo
from harness.original import original


def test(t):
    server = Server(t)
    device = server.device("6466b34bde54")
    argv = original(device)
    t.run(argv).ok()
    server.events.wait("heartbeat")
    service, port = Listener(t, echo).port, fresh_port()
    server.admin_ok("forward", "open", device.name, f"{service}:{port}",
                    "--ttl", "8s")
    client = t.spawn(argv)
    server.events.wait("forward.open", sport=port)
    with dial(port) as s:
        s.sendall(b"hello")
        eq(s.recv(5), b"hello", "echo")
    eventually(lambda: client.poll() is not None,
               what="after the ttl the client leaves by itself")
    t.run(argv).ok()


run(test)
