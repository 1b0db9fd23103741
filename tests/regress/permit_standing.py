#!/usr/bin/python3
"""A permit lets a device hold a port whenever it likes, until removed."""
from harness import Server, eq, fresh_port, run


def test(t):
    server = Server(t)
    device = server.device()
    port = fresh_port()
    server.admin_ok("permit", "add", device.name, port)
    tunnel = device.tunnel((22, port))
    eq(server.events.wait("forward.open", sport=port)["reason"], "standing",
       "reason")
    eq(device.answer(), ["0"], "a permit puts nothing into the inbox")
    row = server.admin_json("permit", "list")[0]
    server.admin_ok("permit", "remove", row["permit"])
    server.events.wait("forward.close", sport=port)
    tunnel.wait()
    after = server.events.mark()
    device.tunnel((22, port))
    server.events.wait("forward.refused", after=after, reason="not listed")


run(test)
