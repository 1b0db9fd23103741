#!/usr/bin/python3
"""A permit by tag holds for devices with that tag and for no other."""
from harness import Server, eq, fresh_port, run


def test(t):
    server = Server(t)
    low, inside, high, beyond = sorted(fresh_port() for _ in range(4))
    tagged = server.device("tagged", "--tag", "lab")
    other = server.device("other", "--tag", "labs")
    server.admin_ok("permit", "add", "tag:lab", f"{low}-{high}")
    tagged.tunnel((22, high))
    eq(server.events.wait("forward.open")["device"], "tagged", "who")
    other.tunnel((22, inside))
    eq(server.events.wait("forward.refused")["device"], "other", "who")
    after = server.events.mark()
    tagged.tunnel((22, beyond))
    server.events.wait("forward.refused", after=after, device="tagged",
                       sport=beyond)
    server.admin_ok("device", "tag", "other", "+lab")
    after = server.events.mark()
    other.tunnel((22, inside))
    server.events.wait("forward.open", after=after, device="other")


run(test)
