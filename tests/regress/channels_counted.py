#!/usr/bin/python3
"""64 channels of a device and 256 of an operator; the next one is refused, and
what is open stays so.  Who asks on without waiting is cut off for that."""
import logging
import time

from harness import (Server, check, dial, eq, eventually, fresh_port,
                     proc, run)
from harness.device import Listener, echo
from harness.fault import says_back
from harness.operators import operator, talk
from harness.packets import Wire, closed_within, string

DEVICE, OPERATOR, BEYOND, FAR = 64, 256, 100, 1000
EACH = 60               # of an operator's channels by one device
OPENED, REFUSED = 91, 92
GROWTH = 32 << 20       # bytes


def session(number):
    """CHANNEL_OPEN (RFC 4254, section 5.1)."""
    return (bytes([90]) + string("session") + number.to_bytes(4, "big") +
            b"\0\x20\0\0" + b"\0\0\x80\0")


def jump(name, port, number):
    """The same to a device (RFC 4254, section 7.2)."""
    return (bytes([90]) + string("direct-tcpip") + number.to_bytes(4, "big") +
            b"\0\x20\0\0" + b"\0\0\x80\0" + string(name) +
            port.to_bytes(4, "big") + string("127.0.0.1") + b"\0\0\x10\0")


def flood(wire, message):
    """Faster than one may ask: until it is ended, for so long."""
    until, number = time.monotonic() + 120, 1 << 16
    while wire.send(message(number)) and time.monotonic() < until:
        number += 1


def session_channels(server, device):
    """A device's own; a flood of them is cut off."""
    wire = Wire(device.login(), OPENED, REFUSED)
    got = []
    for number in range(DEVICE + BEYOND):
        wire.send(session(number))
        got.append(wire.receive()[0])
    eq(got, [OPENED] * DEVICE + [REFUSED] * BEYOND, "up to 64, and beyond")
    flood(wire, session)
    server.events.wait("session.close", device=device.name,
                       reason="too many requests")


def connections(server, device, service):
    """Those through its forward."""
    port = fresh_port()
    tunnel = device.ask_and_open(service, port)
    held = [dial(port) for _ in range(DEVICE)]
    check(all(says_back(s) for s in held), "64 connections")
    for number in range(FAR + 1):
        with dial(port) as s:
            check(closed_within(s), f"{number} beyond is closed")
    check(all(says_back(s) for s in held), "the 64 live on")
    check(tunnel.poll() is None, "the tunnel")
    for s in held:
        s.close()
    opened = server.events.find("conn.open", sport=port)
    eq(len(opened), DEVICE, "connections that were bridged")


def jumps(server, service):
    """An operator's, to as many devices as it takes."""
    devices = [server.device(f"target-{n}")
               for n in range(OPERATOR // EACH + 1)]
    for device in devices:
        device.ask_and_open(service, fresh_port())
    person = operator(server, "alice", "admin")
    transport = person.login()
    held = [person.open(devices[n // EACH].name, service, transport)
            for n in range(OPERATOR)]
    check(all(held), "256 channels")
    last = devices[-1].name
    check(person.open(last, service, transport) is None, "the 257th")
    for channel in held[::16]:
        eq(talk(channel), b"hello", "what is open")
    held.pop().close()
    channel = eventually(lambda: person.open(last, service, transport),
                         what="one in its place", every=0.2)
    eq(talk(channel), b"hello", "one in its place")
    for number in range(BEYOND):
        check(person.open(last, service, transport) is None,
              f"{number} beyond")
    flood(Wire(person.login(), REFUSED),
          lambda number: jump("nobody", service, number))
    server.events.wait("session.close", operator="alice",
                       reason="too many requests")


def test(t):
    logging.disable()           # paramiko's, of each refusal
    server = Server(t)
    service = Listener(t, echo).port
    before = {p: proc.rss(p) for p in server.workers()}
    session_channels(server, server.device("alone"))
    connections(server, server.device("forwards"), service)
    jumps(server, service)
    grown = [proc.rss(p) - before[p] for p in server.workers()]
    check(server.sanitized() or max(grown) < GROWTH, f"grown by {grown}")
    limits = server.events.find("limit")
    check(limits, "an event says so")
    check(len(limits) < FAR, f"{len(limits)} events of it: it is no news")
    eq(server.events.find("worker.exit"), [], "workers that ended")


run(test)
