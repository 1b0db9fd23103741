#!/usr/bin/python3
"""cancel-tcpip-forward closes the listener and is answered."""
from harness import Server, check, eventually, fresh_port, run
from harness.device import answers


def test(t):
    server = Server(t)
    device = server.device()
    port = fresh_port()
    server.admin_ok("permit", "add", device.name, port)
    transport = device.login()
    came = []
    transport.request_port_forward("localhost", port,
                                   lambda channel, *_: came.append(channel))
    server.events.wait("forward.open", sport=port)
    check(answers(port), "the port is open")
    # paramiko dies of a channel that comes after its own cancel.
    eventually(lambda: came, what="the connection has arrived")
    transport.cancel_port_forward("localhost", port)
    server.events.wait("forward.close", sport=port)
    eventually(lambda: not answers(port), what="the port is closed")
    after = server.events.mark()
    transport.request_port_forward("localhost", port, lambda *_: None)
    server.events.wait("forward.open", sport=port, after=after)
    check(answers(port), "the port is open again")


run(test)
