#!/usr/bin/python3
"""What a device has no business asking is refused with one event each."""
from harness import Server, eq, run
from harness.packets import Wire, string

FAILURE, OPEN_FAILURE = 100, 92
# Names of our own where libssh does not tell one from the other.
LOGGED = {"auth-agent-req@openssh.com": ("auth-agent", "channel-request"),
          "x11": ("x11-req",), "auth-agent@openssh.com": ("auth-agent",)}
CHANNEL_REQUESTS = {
    "pty-req": string("vt100") + b"\0" * 16 + string(""),
    "env": string("LD_PRELOAD") + string("/tmp/x.so"),
    "x11-req": b"\0" + string("MIT-MAGIC-COOKIE-1") + string("00") + b"\0" * 4,
    "auth-agent-req@openssh.com": b"",
    "subsystem": string("sftp"),
}
CHANNEL_OPENS = {
    "direct-tcpip": string("127.0.0.1") + b"\0\0\0\x16" +
    string("127.0.0.1") + b"\0\0\x10\0",
    "direct-streamlocal@openssh.com": string("/run/x") + string("") +
    b"\0" * 4,
    "x11": string("127.0.0.1") + b"\0\0\x10\0",
    "auth-agent@openssh.com": b"",
    "tun@openssh.com": b"\0\0\0\1" + b"\xff" * 4,
    "no-such-channel": b"",
}


def open_session(wire, number):
    wire.send(bytes([90]) + string("session") + number.to_bytes(4, "big") +
              b"\0\x20\0\0" + b"\0\0\x80\0")
    kind, body = wire.receive()
    eq(kind, 91, "CHANNEL_OPEN_CONFIRMATION")
    return body[4:8]


def test(t):
    server = Server(t)
    device = server.device()
    wire = Wire(device.login(), 91, 92, 93, 94, 96, 97, 98, 99, 100)
    expected = set()
    for number, (name, rest) in enumerate(CHANNEL_REQUESTS.items()):
        remote = open_session(wire, number)
        wire.send(bytes([98]) + remote + string(name) + b"\1" + rest)
        eq(wire.receive()[0], FAILURE, name)
        expected.add(LOGGED.get(name, (name,)))
    for number, (name, rest) in enumerate(CHANNEL_OPENS.items()):
        wire.send(bytes([90]) + string(name) + (64 + number).to_bytes(4, "big")
                  + b"\0\x20\0\0" + b"\0\0\x80\0" + rest)
        eq(wire.receive()[0], OPEN_FAILURE, name)
        expected.add(LOGGED.get(name, (name, "channel-open")))
    for names in expected:
        server.events.wait("request.refused", device=device.name,
                           reason=lambda got, names=names: got in names)
    said = [e["reason"] for e in server.events.find("request.refused")]
    eq(sorted(said), sorted(set(said)), "one event each")
    eq(server.events.find("heartbeat"), [], "none of these is a poll")
    device.poll().ok()


run(test)
