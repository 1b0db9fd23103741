#!/usr/bin/python3
"""The user enroll logs in by any key, and sends its token on stdin: with it that
key is registered, by each client; no password is asked for."""
from harness import Key, Server, check, eq, run
from harness.clients import Device
from harness.enrolment import STAND_IN, Token, installer


def enrolled(token, name, key, client):
    server = token.server
    after = server.events.mark()
    eq(token.by_key("install 2", key, client).ok().out, STAND_IN,
       "the installer")
    came = server.events.wait("enroll.login", after=after)
    eq(came["token"], token.name, "token in the event")
    server.events.wait("enroll.install", after=after, conn=came["conn"])
    eq(token.by_key(f"enroll 2 {name}", key, client).ok().out,
       f"enrolled {name}\n", "the answer")
    done = server.events.wait("enroll", after=after, device=name)
    eq((done["key"], done["token"], done["reason"]),
       (key.fingerprint, token.name, "new"), "the event")
    device = Device(server, name, key)
    eq(device.answer("poll 1", client), ["0"], "its first poll")
    # The same key again, which is a device's now.
    eq(token.by_key(f"enroll 2 {name}", key, client).ok().out,
       f"enrolled {name}\n", "again")
    eq(server.events.wait("enroll", after=after, count=2)["reason"], "again",
       "the reason")


def pieces(token, key):
    """A client that waits for the exec's answer, and sends byte by byte."""
    transport = token.user.transport()
    eq(transport.auth_publickey("enroll", key.paramiko()), [], "methods left")
    channel = transport.open_session()
    channel.exec_command("enroll 2 pieces")
    for byte in f"token {token.text}\n":
        channel.sendall(byte)
    eq((channel.makefile().read(), channel.recv_exit_status()),
       (b"enrolled pieces\n", 0), "the answer")


def test(t):
    server = Server(t, rsa=True, start=False, per_source_penalties=True)
    installer(server)
    server.start()
    token = Token(server, "--uses", "9")
    for client, kind, bits in (("dbclient", "ed25519", None),
                               ("ssh", "rsa", 4096), ("ssh", "ecdsa", None)):
        name = f"{client}-{kind}"
        enrolled(token, name, Key(t, name, kind, bits), client)
    # The line's end is the stream's; what comes behind it is not read.
    for name, text in (("bare", f"token {token.text}"),
                       ("more", f"token {token.text}\n{'x' * 9999}")):
        eq(token.by_key(f"enroll 2 {name}", Key(t, name), text=text).ok().out,
           f"enrolled {name}\n", name)
    pieces(token, Key(t, "pieces"))
    eq(server.events.find("login.refused"), [], "refused logins")
    eq(server.events.find("limit"), [], "limits")
    check(token.text[9:].encode() not in server.events_path.read_bytes(),
          "the secret is in no event")


run(test)
