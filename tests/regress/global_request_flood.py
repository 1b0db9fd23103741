#!/usr/bin/python3
"""100,000 global requests: bounded memory, and others are served."""
import itertools
import threading

from harness import Server, check, proc, run
from harness.packets import Wire, string

COUNT = 100000


def flood(wire, sent, enough):
    """Go on until it is enough, or the server has had enough."""
    while not (sent[0] >= COUNT and enough.is_set()) and \
            wire.send(bytes([80]) + string("tcpip-forward") + b"\1" +
                      string("localhost") + b"\0\0\x27\x0f"):
        sent[0] += 1


def test(t):
    server = Server(t)
    device, other = server.device("flood"), server.device("other")
    before = max(proc.rss(p) for p in server.workers())
    workers = server.workers()
    wire = Wire(device.login(), 81, 82)
    sent, enough = [0], threading.Event()
    thread = threading.Thread(target=flood, args=(wire, sent, enough),
                              daemon=True)
    thread.start()
    for number in itertools.count():
        other.poll().ok()       # who waited for the end would wait for ever
        if number == 8:
            enough.set()
        grown = max(proc.rss(p) for p in server.workers()) - before
        check(server.sanitized() or grown < 16 << 20,
              f"a worker grew by {grown} bytes")
        if not thread.is_alive():
            break
    check(server.workers() == workers, "no worker was lost")
    size = server.events_path.stat().st_size
    check(size < 1 << 20, f"the event log is {size} bytes: one line each?")


run(test)
