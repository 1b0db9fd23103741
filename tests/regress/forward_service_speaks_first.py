#!/usr/bin/python3
"""Data, EOF and CLOSE that come together with the open are not lost."""
import socket
import threading

from harness import Server, dial, eq, fresh_port, run
from harness.packets import Wire, string


def answer(wire, text):
    """Confirm an open, send text, EOF and CLOSE in one TCP segment."""
    kind, body = wire.receive()
    while kind != 90:
        kind, body = wire.receive()
    size = int.from_bytes(body[:4], "big")
    eq(body[4:4 + size], b"forwarded-tcpip", "the channel's type")
    to = body[4 + size:8 + size]
    sock = wire.transport.sock
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
    wire.send(bytes([91]) + to + to + b"\0\x20\0\0" + b"\0\0\x80\0")
    wire.send(bytes([94]) + to + string(text))
    wire.send(bytes([96]) + to)
    wire.send(bytes([97]) + to)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 0)


def test(t):
    server = Server(t)
    device = server.device()
    port = fresh_port()
    server.admin_ok("permit", "add", device.name, port)
    transport = device.login()
    transport.request_port_forward("localhost", port, lambda *_: None)
    wire = Wire(transport, 80, 90, 93, 94, 96, 97)
    for number in range(10):
        text = b"SSH-2.0-hello\r\n" * (1 + number * 100)
        thread = threading.Thread(target=answer, args=(wire, text))
        thread.start()
        with dial(port) as s:
            got = b""
            while more := s.recv(65536):
                got += more
        thread.join()
        eq(got, text, "what the service said")
    server.events.wait("conn.close", count=10)


run(test)
