#!/usr/bin/python3
"""A permit by tag holds for devices with that tag and for no other."""
from harness import Server, eq, fresh_port, run


def test(t):
    server = Server(t)
    port = fresh_port(10000, 20000)
    tagged = server.device("tagged", "--tag", "lab")
    other = server.device("other", "--tag", "labs")
    server.admin_ok("permit", "add", "tag:lab", f"{port}-{port + 10}")
    tagged.tunnel((22, port + 10))
    eq(server.events.wait("forward.open")["device"], "tagged", "who")
    other.tunnel((22, port + 1))
    eq(server.events.wait("forward.refused")["device"], "other", "who")
    after = server.events.mark()
    tagged.tunnel((22, port + 11))
    server.events.wait("forward.refused", after=after, device="tagged",
                       sport=port + 11)
    server.admin_ok("device", "tag", "other", "+lab")
    after = server.events.mark()
    other.tunnel((22, port + 1))
    server.events.wait("forward.open", after=after, device="other")


run(test)
