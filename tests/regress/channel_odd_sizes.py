#!/usr/bin/python3
"""A channel with packet size 0, 1 or 10, or a window of 0, spins nobody."""
import time

from harness import Server, check, eventually, proc, run
from harness.packets import Wire, string


def test(t):
    server = Server(t)
    device, other = server.device("odd"), server.device("other")
    workers = server.workers()
    wires = []
    for window, size in ((1 << 21, 0), (1 << 21, 1), (1 << 21, 10),
                         (0, 32768), (0xffffffff, 0xffffffff), (0, 0)):
        wire = Wire(device.login(), 91, 92, 93, 94, 96, 97, 98, 99, 100)
        wires.append(wire)
        wire.send(bytes([90]) + string("session") + b"\0\0\0\1" +
                  window.to_bytes(4, "big") + size.to_bytes(4, "big"))
    for wire in wires:
        got = wire.receive()    # a size of 0 may be ended unanswered
        if got and got[0] == 91:
            wire.send(bytes([98]) + got[1][4:8] + string("exec") + b"\0" +
                      string("poll 1"))

    def used():
        before = sum(proc.cpu(p) for p in workers)
        time.sleep(1)
        return sum(proc.cpu(p) for p in workers) - before
    eventually(lambda: used() < 0.1, what="the workers rest")
    check(server.workers() == workers, "no worker was lost")
    other.poll().ok()


run(test)
