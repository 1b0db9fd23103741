#!/usr/bin/python3
"""Started as root with a port below 1024 listed, the server binds it."""
from harness import Server, Skip, check, fresh_port, run
from harness.device import answers


def test(t):
    server = Server(t)
    if not server.root:
        raise Skip("needs root")
    port = fresh_port(600, 1000)
    device = server.device()
    server.admin_ok("permit", "add", device.name, port)
    server.stop()
    server.start()
    device.tunnel((22, port))
    server.events.wait("forward.open", sport=port)
    check(answers(port), "the port is open")


run(test)
