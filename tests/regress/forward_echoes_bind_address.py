#!/usr/bin/python3
"""forwarded-tcpip carries the address that tcpip-forward asked for."""
import queue

from harness import PATIENCE, Server, dial, eq, fresh_port, run


def test(t):
    server = Server(t)
    device = server.device()
    for address in ("localhost", "", "0.0.0.0", "192.0.2.1"):
        port = fresh_port()
        server.admin_ok("permit", "add", device.name, port)
        got = queue.Queue()
        transport = device.login()
        transport.request_port_forward(
            address, port, lambda c, origin, to, q=got: q.put((origin, to)))
        with dial(port) as s:
            origin, to = got.get(timeout=PATIENCE)
            eq(to, (address, port), "address and port")
            eq(origin, s.getsockname(), "originator")
        transport.close()


run(test)
