#!/usr/bin/python3
"""Data, EOF, requests and a second CLOSE after CLOSE harm nobody."""
from harness import Server, check, run
from harness.packets import Wire, string


def test(t):
    server = Server(t)
    device = server.device()
    workers = server.workers()
    for _ in range(5):
        wire = Wire(device.login(), 91, 93, 94, 96, 97, 98, 99, 100)
        wire.send(bytes([90]) + string("session") + b"\0\0\0\1" +
                  b"\0\x20\0\0" + b"\0\0\x80\0")
        to = wire.receive()[1][4:8]
        wire.send(bytes([98]) + to + string("exec") + b"\1" + string("x"))
        wire.send(bytes([97]) + to)
        for late in (bytes([94]) + to + string("data"),
                     bytes([96]) + to, bytes([93]) + to + b"\0\0\1\0",
                     bytes([98]) + to + string("exec") + b"\1" +
                     string("y"), bytes([97]) + to,
                     bytes([94]) + b"\0\0\0\x7f" + string("nowhere")):
            wire.send(late)     # it may well end such a connection
        device.poll().ok()
    check(server.workers() == workers, "no worker was lost")
    check(not server.events.find("worker.exit"), "no worker was lost")


run(test)
