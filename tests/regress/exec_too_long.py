#!/usr/bin/python3
"""An exec of 1,024 bytes is a poll; one of 1,025 is refused and said."""
from harness import Server, check, eq, eventually, run


def limits(server):
    """How many times a limit was met, as status has it by now."""
    return server.admin_json("status")[0]["nodes"][0]["status"][
        "counters"]["limits"]


def test(t):
    server = Server(t)
    device = server.device()
    eq(device.poll(command="x" * 1024).ok().out, "0\n", "1,024 bytes")
    server.events.wait("heartbeat")
    for client, size in (("dbclient", 1025), ("ssh", 1025), ("ssh", 30000)):
        after = server.events.mark()
        done = device.poll(client, command="x" * size)
        check(done.code != 0 and done.out == "", f"{size}: {done.code}")
        server.events.wait("limit", after=after, reason="exec")
    eq(len(server.events.find("heartbeat")), 1, "heartbeats")
    eventually(lambda: limits(server) == 3, 60, "limits in status")


run(test)
