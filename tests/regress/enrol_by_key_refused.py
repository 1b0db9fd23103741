#!/usr/bin/python3
"""What the user enroll may do by a key: nothing without a token, one try of one,
and no more than with a password.  Whether its key is known makes no difference."""
from harness import Key, Server, check, eq, eventually, fresh_port, run
from harness.clients import Device
from harness.device import answers
from harness.enrolment import Token
from harness.packets import (ENDED, USERAUTH_FAILURE, USERAUTH_PK_OK,
                             USERAUTH_SUCCESS, auth_wire, closed_within,
                             public_key_query, public_key_request, string)

REFUSED = "refused bad token\n"


def said(server, key, user="enroll"):
    """What an offer and a login with this key get: the packets."""
    device = Device(server, "any", key, user=user)
    wire = auth_wire(device)
    wire.userauth(user, "publickey", public_key_query(key))
    offer = wire.receive()
    wire.userauth(user, "publickey", public_key_request(wire, user, key))
    login = wire.receive()
    wire.transport.close()
    return offer[0], login[0], offer[1] if offer[0] == USERAUTH_FAILURE else b""


def no_oracle(server, keys):
    """With and without a token, known keys and others are answered alike."""
    for user in ("enroll", "enrol", "root"):
        got = {said(server, key, user) for key in keys}
        eq(len(got), 1, f"answers to {user}: {got}")
    return said(server, keys[0])


def wrong(n):
    return f"aaaaaaaa.{'a' * 25}{'abcdefgh'[n]}"


def refusals(server, token, key):
    """All bad tokens get one answer; the event says which it was."""
    last = "a" if token.text[-1] != "a" else "b"
    for line, why in ((f"token {token.text[:-1]}{last}\n", "wrong secret"),
                      (f"token {wrong(0)}\n", "unknown token"),
                      (f"{token.text}\n", "not a token"),
                      (f"token {token.text} \n", "not a token"),
                      ("token \n", "not a token"), ("", "not a token"),
                      ("x" * 5000, "not a token"),
                      (f"token {token.text}{'x' * 22}\n", "not a token")):
        after = server.events.mark()
        done = token.by_key("enroll 2 d", key, text=line)
        eq((done.code, done.out), (1, REFUSED), f"{line[:50]!r}")
        event = server.events.wait("login.refused", after=after)
        eq((event["reason"], event["user"]), (why, "enroll"), line[:50])
    eq(server.events.find("enroll"), [], "registered")


def ended(t, key):
    """Who shows the secret of a token that ended is told how it did; without the
    secret, nothing is."""
    server = Server(t, "ended", per_source_penalties=False)
    short = Token(server, "--ttl", "1s")
    eventually(lambda: server.admin_json("token", "list")[0]["state"] ==
               "expired", what="it expires", every=0.1)
    eq(len(server.admin_json("token", "list")), 1, "no valid token")
    for verb in ("enroll 2 d", "install 2"):
        done = short.by_key(verb, key)
        eq((done.code, done.out), (1, "refused token expired\n"), verb)
    used = Token(server)
    used.by_key("enroll 2 one", Key(t, "one")).ok()
    done = used.by_key("enroll 2 d", key)
    eq((done.code, done.out), (1, "refused token used up\n"), "used up")
    server.events.wait("login.refused", reason="token used up",
                       token=used.name)
    for token in (short, used):
        last = "a" if token.text[-1] != "a" else "b"
        done = token.by_key("enroll 2 d", key,
                            text=f"token {token.text[:-1]}{last}\n")
        eq((done.code, done.out), (1, REFUSED), "not its secret")
    server.admin_ok("token", "revoke", used.name)
    server.admin_ok("token", "revoke", short.name)
    eventually(lambda: no_oracle(server, [key])[0] == USERAUTH_FAILURE,
               what="all are forgotten: no login by a key")


def transport_of(token, key):
    transport = token.user.transport()
    eq(transport.auth_publickey("enroll", key.paramiko()), [], "methods left")
    return transport


def nothing_else(server, token, key):
    port = fresh_port()
    server.admin_ok("permit", "add", "tag:new", port)
    for ask, why in ((lambda c: c.get_pty(), "pty-req"),
                     (lambda c: c.invoke_shell(), "channel-request"),
                     (lambda c: c.exec_command("poll 1"), "exec"),
                     (lambda c: c.exec_command("install 1"), "exec"),
                     (lambda c: c.exec_command("install 2 "), "exec"),
                     (lambda c: c.exec_command("enroll 2 "), "exec"),
                     (lambda c: c.exec_command("enroll 2 a b"), "exec"),
                     (lambda c: c.exec_command(
                         f"enroll 1 d {key.type} {key.base64}"), "exec")):
        after = server.events.mark()
        transport = transport_of(token, key)
        channel = transport.open_session()
        try:
            ask(channel)
        except ENDED:
            pass
        server.events.wait("request.refused", after=after, reason=why)
        transport.close()
    transport = transport_of(token, key)
    after = server.events.mark()
    try:
        transport.request_port_forward("localhost", port)
    except ENDED:
        pass
    server.events.wait("request.refused", after=after, reason="tcpip-forward")
    check(not answers(port), "the port is closed")
    transport.close()
    # By a password it has the other verbs, as ever, and not these.
    after = server.events.mark()
    channel = token.login().open_session()
    try:
        channel.exec_command("enroll 2 d")
    except ENDED:
        pass
    server.events.wait("request.refused", after=after, reason="exec")


def one_try(server, token, key):
    """A second channel, a second command, a second token."""
    after = server.events.mark()
    transport = transport_of(token, key)
    channel = transport.open_session()
    try:
        transport.open_session()
    except ENDED:
        pass
    server.events.wait("limit", after=after, reason="channels")
    channel.exec_command("enroll 2 d")
    channel.sendall(f"token {wrong(1)}\ntoken {token.text}\n")
    eq(channel.makefile().read().decode(), REFUSED, "the answer")
    transport.close()
    server.events.wait("session.close", after=after)
    eq(len(server.events.find("login.refused", after)), 1, "tries")
    eq(server.events.find("enroll"), [], "registered")


def flood(server, token, key):
    """A stranger's data is paid for, and ends it."""
    transport = transport_of(token, key)
    after = server.events.mark()
    channel = transport.open_session()
    try:
        while True:
            channel.sendall(b"x")
    except ENDED:
        pass
    server.events.wait("limit", after=after, reason="packets")


def limits(t, key):
    """It counts as not logged in: its time, its places, its penalties."""
    server = Server(t, "limits", login_grace=2, per_source_penalties=True,
                    per_source_max_startups=2)
    token = Token(server)
    for n in (1, 2):
        transport_of(token, key).open_session().exec_command("enroll 2 d")
        closed = server.events.wait("session.close", count=n,
                                    reason="login grace exceeded")
        check(closed["ms"] < 4000, f"its time: {closed}")
    server.events.wait("limit", reason=lambda r: r.startswith("penalty"))
    check(closed_within(server.connect()), "the source is refused")


def five_a_minute(t, key):
    server = Server(t, "five")
    token = Token(server)
    for n in range(5):
        done = token.by_key("enroll 2 d", key, text=f"token {wrong(n)}\n")
        eq(done.out, REFUSED, f"wrong one {n}")
    done = token.by_key("enroll 2 d", key)
    eq((done.code, done.out), (1, REFUSED), "a good one, within the minute")
    server.events.wait("login.refused", reason="too many tokens from one source")
    eq(server.events.find("enroll"), [], "registered")


def test(t):
    server = Server(t, max_auth_tries=20, per_source_penalties=False)
    device, stranger = server.device(), Key(t, "stranger")
    eve = Key(t, "eve")
    server.admin_ok("operator", "add", "eve", "--role", "admin",
                    "--key", "-",
                    data=(eve.line + "\n").encode())
    server.events.wait("admin", reason=lambda r: "eve" in r)
    keys = [device.key, stranger, eve]
    eq(no_oracle(server, keys)[:2], (USERAUTH_FAILURE, USERAUTH_FAILURE),
       "without a token")
    token = Token(server)
    eq(no_oracle(server, keys), (USERAUTH_PK_OK, USERAUTH_SUCCESS, b""),
       "with one")
    eq(server.events.find("login"), [], "logins")
    spoilt = auth_wire(Device(server, "any", stranger, user="enroll"))
    spoilt.userauth("enroll", "publickey", public_key_request(
        spoilt, "enroll", stranger, spoil=True))
    check(spoilt.receive() in (None, (USERAUTH_FAILURE,
                                      string("publickey") + b"\0")),
          "a bad signature")
    spoilt.transport.close()
    refusals(server, token, stranger)
    nothing_else(server, token, stranger)
    one_try(server, token, stranger)
    flood(server, token, stranger)
    limits(t, stranger)
    five_a_minute(t, stranger)
    ended(t, stranger)
    eq(token.by_key("enroll 2 good", stranger).ok().out, "enrolled good\n",
       "and at last")
    server.admin_ok("token", "revoke", token.name)
    eventually(lambda: no_oracle(server, keys)[0] == USERAUTH_FAILURE,
               what="no token is known: no login by a key")


run(test)
