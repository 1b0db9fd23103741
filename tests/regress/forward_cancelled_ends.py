#!/usr/bin/python3
"""A device cancels a forward, and the connections through it stay: they end
with the forward all the same, as with the operator who opened it."""
import threading

from harness import Server, check, dial, eq, eventually, fresh_port, run
from harness.device import answers
from harness.operators import operator
from harness.packets import closed_within

SERVICE = 7             # of the device, which its client's library serves


def echo(channel, *_):
    def serve():
        while data := channel.recv(4096):
            channel.sendall(data)
    threading.Thread(target=serve, daemon=True).start()


def cancelled(server, device, open_it):
    """A connection through a forward that the device has cancelled."""
    port = fresh_port()
    open_it(port)
    check(f"{SERVICE}:{port}" in device.answer("poll 1"), "the poll")
    transport = device.login()
    transport.request_port_forward("", port, echo)
    connection = dial(port)
    for _ in range(2):
        connection.sendall(b"hello")
        eq(connection.recv(5), b"hello", "through the forward")
        transport.cancel_port_forward("", port)
        eventually(lambda: not answers(port), what="the port is closed")
    server.case.closers.append(transport.close)
    return port, connection


def test(t):
    server = Server(t, operator_ports=["10000-65535"])
    device = server.device("roof", "--tag", "a")
    alice = operator(server, "alice", "operator", f"a:{SERVICE}")

    def by_alice(port):
        eq(alice.command(f"forward open roof {SERVICE}:{port}")[0], 0, "alice")

    def by_root(port):
        server.admin_ok("forward", "open", "roof", f"{SERVICE}:{port}")

    _, connection = cancelled(server, device, by_alice)
    server.admin_ok("operator", "remove", "alice")
    check(closed_within(connection), "the operator's connection stays")
    port, connection = cancelled(server, device, by_root)
    server.admin_ok("forward", "close", "roof", port)
    check(closed_within(connection), "the closed forward's connection stays")


run(test)
