#!/usr/bin/python3
"""A device asks for forwards, an operator for devices; never vice versa."""
from harness import Server, check, eq, fresh_port, run
from harness.operators import operator
from harness.packets import Wire, string

SUCCESS, FAILURE = 81, 82
OPEN_CONFIRMATION, OPEN_FAILURE = 91, 92


def open_channel(wire, kind, number, rest=b""):
    wire.send(bytes([90]) + string(kind) + number.to_bytes(4, "big") +
              b"\0\x20\0\0" + b"\0\0\x80\0" + rest)
    return wire.receive()[0]


def ask_forward(wire, name, port):
    wire.send(bytes([80]) + string(name) + b"\1" + string("") +
              port.to_bytes(4, "big"))
    return wire.receive()[0]


def test(t):
    server = Server(t)
    router = server.device("router", "--tag", "lab")
    alice = operator(server, "alice", "admin")
    port = fresh_port()
    server.admin_ok("permit", "add", "tag:lab", port)
    kinds = (SUCCESS, FAILURE, OPEN_CONFIRMATION, OPEN_FAILURE)
    wire = Wire(alice.login(), *kinds)
    for name in ("tcpip-forward", "cancel-tcpip-forward",
                 "streamlocal-forward@openssh.com"):
        eq(ask_forward(wire, name, port), FAILURE, f"operator's {name}")
    for number, (kind, rest) in enumerate({
            "x11": string("127.0.0.1") + b"\0\0\x10\0",
            "tun@openssh.com": b"\0\0\0\1" + b"\xff" * 4,
            "forwarded-tcpip": string("router") + b"\0\0\0\x16" +
            string("x") + b"\0\0\0\1"}.items()):
        eq(open_channel(wire, kind, number, rest), OPEN_FAILURE,
           f"operator's {kind}")
    for what in ("tcpip-forward", "x11-req", "channel-open"):
        server.events.wait("request.refused", operator="alice", reason=what)
    eq(server.events.find("heartbeat"), [], "polls")
    eq(server.events.find("forward.open"), [], "forwards")
    # It stays, with nothing open; a device's would be ended.
    wire = Wire(router.login(), *kinds)
    eq(ask_forward(wire, "tcpip-forward", port), SUCCESS, "device's forward")
    for number, target in enumerate(("router", "127.0.0.1", "localhost")):
        rest = string(target) + b"\0\0\0\x16" + string("x") + b"\0\0\0\1"
        eq(open_channel(wire, "direct-tcpip", number, rest), OPEN_FAILURE,
           "device's direct-tcpip")
    server.events.wait("request.refused", device="router",
                       reason="direct-tcpip")
    check(len(server.workers()) == 2, "the workers live")
    eq(server.events.find("worker.exit"), [], "workers that ended")


run(test)
