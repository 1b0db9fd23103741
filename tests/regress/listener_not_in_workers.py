#!/usr/bin/python3
"""No worker holds a listening socket, however many forwards are open: shut
down, it would be one to connect anywhere with.  The monitor listens."""
import os

from harness import Server, Skip, dial, check, eq, fresh_port, proc, run
from harness.device import Listener, echo
from harness.fault import says_back


def address(port):
    """As /proc/net/tcp has it."""
    return f"0100007F:{port:04X}"


def test(t):
    if os.getuid() != 0:
        raise Skip("only root may look at the server's descriptors")
    server = Server(t)
    service, ports = Listener(t, echo).port, [fresh_port() for _ in range(4)]
    device, permitted = server.device(), server.device("permitted")
    for port in ports[:2]:
        device.ask_and_open(service, port)
    for port in ports[2:]:
        server.admin_ok("permit", "add", permitted.name, port)
        permitted.tunnel((service, port))
        server.events.wait("forward.open", sport=port)
    through = [dial(port) for port in ports]
    for s in through:
        t.closers.append(s.close)
        check(says_back(s), "a connection")
    for pid in server.workers():
        eq(proc.listening([pid]), set(), f"what worker {pid} listens on")
        check(proc.sockets(pid), "its sockets are seen")
    check({address(port) for port in ports} <=
          proc.listening([server.process.pid]), "the monitor listens")


run(test)
