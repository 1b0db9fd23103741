#!/usr/bin/python3
"""No device takes over a port that is another's."""
from harness import Server, eq, fresh_port, run


def test(t):
    server = Server(t)
    one, two = server.device("one"), server.device("two")
    port = fresh_port()
    one.ask_and_open(22, port)
    after = server.events.mark()
    thief = two.tunnel((22, port), client="ssh")
    refused = server.events.wait("forward.refused", after=after)
    eq((refused["device"], refused["reason"]), ("two", "not listed"), "event")
    thief.wait()
    server.wait_state(port, "open")


run(test)
