#!/usr/bin/python3
"""A password is for the user enroll alone, and for tokens that are good."""
from harness import Key, Server, check, eq, eventually, run
from harness.enrolment import Token
from harness.packets import USERAUTH_FAILURE, auth_wire, string


def methods(server, device, user, method="none", rest=b""):
    wire = auth_wire(device)
    wire.userauth(user, method, rest)
    kind, body = wire.receive()
    eq(kind, USERAUTH_FAILURE, user)
    wire.transport.close()
    return body[4:-1].decode()


def test(t):
    server = Server(t, max_auth_tries=20)
    device = server.device()
    password = b"\0" + string("aaaaaaaa." + "a" * 26)
    for user in ("enroll", device.user, "deviceenroll", "root"):
        eq(methods(server, device, user), "publickey", f"no token: {user}")
        eq(methods(server, device, user, "password", password), "publickey",
           f"no token: {user}'s password")
    token = Token(server, "--uses", "2")
    both = "publickey,password"
    eq(methods(server, device, "enroll"), both, "with a token")
    for user in (device.user, "deviceenroll", "root", "Enroll", "enroll "):
        for method, rest in (("none", b""),
                             ("password", b"\0" + string(token.text))):
            eq(methods(server, device, user, method, rest), "publickey",
               f"{user}: {method}")
    # One connection, two users: each has its own answer.
    wire = auth_wire(device)
    for user, want in (("enroll", both), (device.user, "publickey"),
                       ("enroll", both)):
        wire.userauth(user, "none")
        eq(wire.receive()[1][4:-1].decode(), want, f"{user} in between")
    last = "a" if token.text[-1] != "a" else "b"
    wrong = ((token.text[:-1] + last, "wrong secret", token.name),
             ("aaaaaaaa." + "a" * 26, "unknown token", "aaaaaaaa"),
             (token.text + "a", "not a token", None),
             (token.text.upper(), "not a token", None),
             ("", "not a token", None), ("x" * 5000, "not a token", None))
    for text, why, name in wrong:
        after = server.events.mark()
        eq(token.refused(text), ["publickey"], why)
        event = server.events.wait("login.refused", after=after, reason=why)
        eq((event.get("token"), event["user"]), (name, "enroll"), why)
    key = Key(t, "late")
    short = Token(server, "--ttl", "1s")
    eventually(lambda: [r for r in server.admin_json("token", "list")
                        if r["token"] == short.name][0]["state"] == "expired",
               what="it expires", every=0.1)
    token.refused(short.text)
    server.events.wait("login.refused", reason="token expired",
                       token=short.name)
    # Used up between login and command: told so, in words.
    early = token.login()
    token.device("one")
    token.device("two")
    channel = early.open_session()
    channel.exec_command(f"enroll 1 three {key.type} {key.base64}")
    eq((channel.makefile().read(), channel.recv_exit_status()),
       (b"refused token used up\n", 1), "the one that was late")
    # No token is left: it is as if there never had been one.
    eventually(lambda: methods(server, device, "enroll") == "publickey",
               what="no password any more")
    fresh = Token(server)
    server.admin_ok("token", "revoke", fresh.name)
    eq(methods(server, device, "enroll"), "publickey", "it is revoked")
    after = server.events.mark()
    Token(server)
    token.refused(token.text)
    server.events.wait("login.refused", after=after, reason="token used up")
    token.refused(fresh.text)
    server.events.wait("login.refused", after=after, reason="unknown token")
    log = server.events_path.read_text()
    for text in (token.text, short.text, fresh.text):
        check(text[9:] not in log, "a secret is in the log")


run(test)
