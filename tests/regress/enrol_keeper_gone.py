#!/usr/bin/python3
"""A keeper that stands still or dies while it has a token to check, or a device
to make: the client is told, and the next one is served."""
import os
import signal
import threading

from harness import Key, Server, check, eq, eventually, run
from harness.enrolment import Token


def killed_at_it(server, prepare):
    """Kill the keeper while it has what is asked of it; what became of that.

    That it has been asked shows nowhere, so it is tried until it was."""
    for tries in range(20):
        ask, outcome, keeper = prepare(), [], server.keeper()
        after = server.events.mark()
        os.kill(keeper, signal.SIGSTOP)
        thread = threading.Thread(target=lambda: outcome.append(ask()),
                                  daemon=True)
        thread.start()
        thread.join(0.2 * (tries + 1))
        os.kill(keeper, signal.SIGKILL)
        server.events.wait("keeper.exit", after=after)
        thread.join(60)
        check(outcome, "there was an answer")
        # The next one is there when a change is confirmed.
        eventually(lambda: "no session was open" in server.admin("device", "disable",
                                                     "x").out,
                   what="the next keeper")
        if outcome[0] is not None:
            return outcome[0], after
    return None, 0


def test(t):
    server = Server(t)
    server.device("x")
    token, key = Token(server, "--uses", "9"), Key(t, "one")

    def login():
        """The methods that are left, or None: it was let in."""
        return token.refused(token.text)

    def enroll():
        channel = token.login().open_session()

        def ask():
            channel.exec_command(f"enroll 1 one {key.type} {key.base64}")
            said = channel.makefile().read().decode()
            return None if said == "enrolled one\n" else said
        return ask
    methods, after = killed_at_it(server, lambda: login)
    eq(methods, ["password"], "the token that was being checked")
    reason = server.events.wait("login.refused", after=after)["reason"]
    check(reason.startswith("busy"), reason)
    said, _ = killed_at_it(server, enroll)
    eq(said, "refused busy\n", "the device that was being made")
    eq(token.enroll("one", key).ok().out, "enrolled one\n", "the next keeper")


run(test)
