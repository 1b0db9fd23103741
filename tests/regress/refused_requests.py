#!/usr/bin/python3
"""What a device has no business asking is refused, with one event each: each by
itself on a connection of its own, so that no event is taken for another's."""
from harness import Server, eq, run
from harness.packets import Wire, string

REQUEST_FAILURE, FAILURE, OPEN_FAILURE = 82, 100, 92
PROHIBITED = 1                  # the reason that libssh gives
# Names of our own where libssh does not tell one from the other.
# By what name, where it is not its own; None: libssh does not tell of it.
LOGGED = {"auth-agent-req@openssh.com": None,
          "direct-streamlocal@openssh.com": "channel-open",
          "x11": "x11-req", "auth-agent@openssh.com": "auth-agent",
          "tun@openssh.com": "channel-open", "no-such-channel": "channel-open"}
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


GLOBAL_REQUESTS = {
    "streamlocal-forward@openssh.com": string("/run/x"),
    "cancel-streamlocal-forward@openssh.com": string("/run/x"),
    "no-such-request": b"",
}


def ask_channel(wire, name, rest):
    remote = open_session(wire, 0)
    wire.send(bytes([98]) + remote + string(name) + b"\1" + rest)
    eq(wire.receive()[0], FAILURE, name)


def ask_open(wire, name, rest):
    wire.send(bytes([90]) + string(name) + b"\0\0\0\0" +
              b"\0\x20\0\0" + b"\0\0\x80\0" + rest)
    kind, body = wire.receive()
    eq((kind, int.from_bytes(body[4:8], "big")), (OPEN_FAILURE, PROHIBITED),
       name)


def ask_global(wire, name, rest):
    wire.send(bytes([80]) + string(name) + b"\1" + rest)
    eq(wire.receive()[0], REQUEST_FAILURE, name)


def refused(server, device, ask, name, rest, event):
    """The one event of the whole connection, if there is one."""
    after = server.events.mark()
    transport = device.login()
    conn = server.events.wait("login", after=after)["conn"]
    wire = Wire(transport, 82, 91, 92, 93, 94, 96, 97, 98, 99, 100)
    ask(wire, name, rest)
    transport.close()
    server.events.wait("session.close", after=after, conn=conn)
    eq([e["reason"] for e in server.events.find("request.refused", after)],
       [event] if event else [], f"events of {name}")


def test(t):
    server = Server(t)
    device = server.device()
    for ask, requests in ((ask_channel, CHANNEL_REQUESTS),
                          (ask_open, CHANNEL_OPENS)):
        for name, rest in requests.items():
            refused(server, device, ask, name, rest, LOGGED.get(name, name))
    for name, rest in GLOBAL_REQUESTS.items():
        refused(server, device, ask_global, name, rest, None)
    eq(server.events.find("heartbeat"), [], "none of these is a poll")
    # Again and again is told once.
    after = server.events.mark()
    wire = Wire(device.login(), 91, 92)
    for _ in range(3):
        ask_open(wire, "no-such-channel", b"")
    device.poll().ok()
    server.events.wait("heartbeat", after=after)
    eq(len(server.events.find("request.refused", after)), 1, "told once")


run(test)
