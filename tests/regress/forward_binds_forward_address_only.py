#!/usr/bin/python3
"""Whatever address a device asks for, the forward binds forward-address."""
import socket

from harness import PATIENCE, Server, check, fresh_port, run
from harness.device import answers


def test(t):
    server = Server(t, forward_address="127.0.0.3")
    device = server.device()
    port = fresh_port()
    server.admin_ok("permit", "add", device.name, port)
    device.login().request_port_forward("0.0.0.0", port, lambda *_: None)
    check(not answers(port), "127.0.0.1 is not bound")
    socket.create_connection(("127.0.0.3", port), PATIENCE).close()


run(test)
