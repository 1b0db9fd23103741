#!/usr/bin/python3
"""100,000 global requests: bounded memory, and others are served."""
import threading
import time

from harness import Server, check, proc, run
from harness.packets import Wire, string


def flood(wire, count):
    try:
        for number in range(count):
            wire.send(bytes([80]) + string("tcpip-forward") + b"\1" +
                      string("localhost") + b"\0\0\x27\x0f")
    except Exception:           # the server may have had enough
        pass


def test(t):
    server = Server(t)
    device, other = server.device("flood"), server.device("other")
    before = max(proc.rss(p) for p in server.workers())
    workers = server.workers()
    wire = Wire(device.login(), 81, 82)
    thread = threading.Thread(target=flood, args=(wire, 100000), daemon=True)
    thread.start()
    polls = 0
    while thread.is_alive():
        start = time.monotonic()
        other.poll(timeout=10).ok()
        check(time.monotonic() - start < 3, "a poll of another device waited")
        polls += 1
        grown = max(proc.rss(p) for p in server.workers()) - before
        check(server.sanitized() or grown < 16 << 20,
              f"a worker grew by {grown} bytes")
    check(polls > 0, "the flood was over before the first poll")
    check(server.workers() == workers, "no worker was lost")
    size = server.events_path.stat().st_size
    check(size < 1 << 20, f"the event log is {size} bytes: one line each?")


run(test)
