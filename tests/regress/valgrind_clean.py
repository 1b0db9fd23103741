#!/usr/bin/python3
"""Logins, forwards and jumps under valgrind: no process leaks or errs."""
import os

from harness import check, fresh_port, run
from harness.case import dial, end, eventually
from harness.clients import Device, Key
from harness.device import Listener, answers, echo
from harness.fault import says_back
from harness.operators import operator, talk
from harness.valgrind import ValgrindServer

LONG = "ETPH_LONG" in os.environ
LOGINS, FORWARDS, JUMPS, REFUSED = (1000, 200, 100, 100) if LONG else \
    (100, 10, 8, 8)
LIMIT = 1800 if LONG else 600           # s


def forward(server, device, service, port):
    """Open, data both ways, and closed by its client."""
    after = server.events.mark()
    tunnel = device.tunnel((service, port))
    server.events.wait("forward.open", after=after, sport=port)
    with dial(port) as s:
        check(says_back(s), "data through the forward")
    end(tunnel)
    eventually(lambda: not answers(port), what="the port is closed")


def jump(person, device, service):
    """By an operator, to a forward that is open."""
    channel = person.open(device.name, service)
    check(talk(channel) == b"hello", "data through the jump")
    channel.get_transport().close()


def test(t):
    server = ValgrindServer(t)
    device = server.device()
    service, port = Listener(t, echo).port, fresh_port()
    server.admin_ok("permit", "add", device.name, port)
    stranger = Device(server, "stranger", Key(t, "stranger"))
    for number in range(LOGINS):
        device.poll("ssh" if number % 8 == 0 else "dbclient",
                    "poll 1 up=5" if number % 2 else "anything").ok()
    for _ in range(FORWARDS):
        forward(server, device, service, port)
    device.ask_and_open(service, fresh_port())
    person = operator(server, "alice", "admin")
    for _ in range(JUMPS):
        jump(person, device, service)
    for _ in range(REFUSED):
        check(stranger.poll().code != 0, "a stranger is refused")
    server.check_stopped()


run(test, LIMIT)
