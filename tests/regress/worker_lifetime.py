#!/usr/bin/python3
"""A worker is replaced after its number of connections; sessions go on."""
from harness import Server, check, dial, eventually, fresh_port, run
from harness.device import Listener, echo


def test(t):
    server = Server(t, workers=1, worker_lifetime=10)
    device = server.device()
    service, port = Listener(t, echo).port, fresh_port()
    device.ask_and_open(service, port)
    first = server.workers()
    for _ in range(15):
        device.poll().ok()
    eventually(lambda: set(server.workers()) - set(first),
               what="there is a new worker")
    with dial(port) as s:
        s.sendall(b"hello")
        check(s.recv(5) == b"hello", "the old tunnel goes on")
    server.admin_ok("session", "kill", device.name)
    eventually(lambda: first[0] not in server.workers(),
               what="the old worker leaves after its last session")
    device.poll().ok()


run(test)
