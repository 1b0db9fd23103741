#!/usr/bin/python3
"""Wrong tokens: five a minute of a source are checked, each is a try of the
connection, and the source is refused for a while."""
import paramiko

from harness import Server, check, eq, run
from harness.enrolment import Token
from harness.packets import ENDED, closed_within


def wrong(n):
    return f"aaaaaaaa.{'a' * 25}{'abcdefgh'[n]}"


def test(t):
    server = Server(t)
    token = Token(server, "--uses", "9")
    # Good ones do not count.
    for _ in range(7):
        token.login().close()
    # dbclient, which has one password for all tries, tries it once.
    check(token.run("install 1", text=wrong(0)).code != 0, "a wrong token")
    server.events.wait("session.close", reason=lambda r: "client" in r,
                       count=8)
    eq(len(server.events.find("login.refused")), 1, "tries of dbclient")
    for n in range(1, 5):
        token.refused(wrong(n))
    eq(server.events.wait("login.refused", count=5)["reason"],
       "unknown token", "the fifth")
    after = server.events.mark()
    token.refused(wrong(5))
    server.events.wait("login.refused", after=after,
                       reason="too many tokens from one source")
    # Nor is a good one looked at now; and devices are let in as ever.
    after = server.events.mark()
    token.refused(token.text)
    server.events.wait("login.refused", after=after,
                       reason="too many tokens from one source")
    server.device().poll().ok()
    # Six tries a connection.
    transport = token.user.transport()
    for n in range(6):
        try:
            transport.auth_password("enroll", "not a token")
        except paramiko.AuthenticationException:
            pass
        except ENDED:
            break
    closed = server.events.wait("session.close", reason="too many login attempts")
    eq(len(server.events.find("login.refused", conn=closed["conn"])), 6,
       "tries")
    # A few refused connections, and the source is refused.
    other = Server(t, "penalties", per_source_penalties=True)
    token = Token(other)
    for n in range(4):
        token.refused(wrong(n))
    other.events.wait("limit", reason=lambda r: r.startswith("penalty"))
    check(closed_within(other.connect()), "a connection is closed at once")


run(test)
