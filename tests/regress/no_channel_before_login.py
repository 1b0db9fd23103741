#!/usr/bin/python3
"""Before authentication no channel and no global request is served."""
from harness import Server, check, fresh_port, run
from harness.device import answers
from harness.packets import Wire, string


def test(t):
    server = Server(t, login_grace=15)
    device = server.device()
    port = fresh_port()
    server.admin_ok("permit", "add", device.name, port)
    early = {
        "session": bytes([90]) + string("session") + b"\0" * 4 +
        b"\0\x20\0\0" + b"\0\0\x80\0",
        "exec": bytes([98]) + b"\0" * 4 + string("exec") + b"\1" +
        string("poll 1"),
        "tcpip-forward": bytes([80]) + string("tcpip-forward") + b"\1" +
        string("localhost") + port.to_bytes(4, "big"),
        "success": bytes([52]),
    }
    for name, message in early.items():
        wire = Wire(device.transport(), 81, 82, 91, 92, 94, 99, 100)
        wire.send(message)
        got = wire.receive()
        check(got is None or got[0] in (82, 92, 100), f"{name}: {got}")
        wire.transport.close()
    check(not answers(port), "nothing was bound")
    check(not server.events.find("login"), "nobody logged in")
    check(not server.events.find("heartbeat"), "no heartbeat")
    device.poll().ok()


run(test)
