#!/usr/bin/python3
"""With a token there is one command, and nothing else."""
from harness import Key, Server, check, eq, fresh_port, run
from harness.device import answers
from harness.enrolment import Token
from harness.packets import ENDED, Wire, string


def refused(what):
    try:
        return what() is None
    except ENDED:
        return True


def test(t):
    server = Server(t)
    port = fresh_port()
    server.admin_ok("permit", "add", "tag:new", port)
    token = Token(server, "--tag", "new", "--uses", "99")
    transport = token.login()
    after = server.events.mark()
    check(refused(lambda: transport.request_port_forward("localhost", port)),
          "a forward")
    check(not answers(port), "the port is closed")
    server.events.wait("request.refused", after=after, reason="tcpip-forward")
    check(refused(lambda: transport.open_channel(
        "direct-tcpip", ("127.0.0.1", 22), ("127.0.0.1", 1))), "direct-tcpip")
    server.events.wait("request.refused", after=after, reason="direct-tcpip")
    channel = transport.open_session()
    check(refused(transport.open_session), "a second channel")
    server.events.wait("limit", after=after, reason="channels")
    transport.close()
    # Each in a connection of its own, since clients leave when refused.
    for ask, why in ((lambda c: c.get_pty(), "pty-req"),
                     (lambda c: c.invoke_shell(), "channel-request"),
                     (lambda c: c.invoke_subsystem("sftp"), "subsystem"),
                     (lambda c: c.request_x11(), "x11-req"),
                     (lambda c: c.exec_command("poll 1"), "exec"),
                     (lambda c: c.exec_command("wait 1"), "exec"),
                     (lambda c: c.exec_command(""), "exec"),
                     (lambda c: c.exec_command("install 2"), "exec"),
                     (lambda c: c.exec_command("enroll 1 x"), "exec"),
                     (lambda c: c.exec_command("enroll 1  ssh-rsa x"), "exec")):
        after = server.events.mark()
        transport = token.login()
        channel = transport.open_session()
        refused(lambda: ask(channel))
        server.events.wait("request.refused", after=after, reason=why)
        transport.close()
    # A second command, in the channel that has had one.
    after = server.events.mark()
    wire = Wire(token.login(), 91, 92, 94, 96, 97, 98, 99, 100)
    wire.send(bytes([90]) + string("session") + b"\0\0\0\0" +
              b"\0\x20\0\0" + b"\0\0\x80\0")
    kind, body = wire.receive()
    eq(kind, 91, "CHANNEL_OPEN_CONFIRMATION")
    key = Key(t, "second")
    for name in ("first", "second"):
        wire.send(bytes([98]) + body[4:8] + string("exec") + b"\1" + string(
            f"enroll 1 {name} {key.type} {key.base64}"))
    server.events.wait("enroll", after=after, device="first")
    server.events.wait("request.refused", after=after)
    eq(server.events.find("heartbeat"), [], "polls")
    eq([e["device"] for e in server.events.find("enroll")], ["first"],
       "devices")
    eq([r["device"] for r in server.admin_json("device", "list")], ["first"],
       "devices in the store")
    eq(server.events.find("worker.exit"), [], "workers that ended")


run(test)
