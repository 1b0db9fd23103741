#!/usr/bin/python3
"""A connection has one wait, and ends with it."""
from harness import Server, eq, fresh_port, run
from harness.packets import ENDED


def lines(channel, count):
    """So many lines of a channel, one after the other."""
    text = b""
    channel.settimeout(30)
    while text.count(b"\n") < count:
        more = channel.recv(100)
        if not more:
            break
        text += more
    return text.decode().splitlines()


def test(t):
    server = Server(t)
    device = server.device()
    transport = device.login()
    channel = transport.open_session()
    channel.exec_command("wait 1")
    server.events.wait("heartbeat", waits=True)
    again = transport.open_session()
    try:
        again.exec_command("wait 1")
    except ENDED:
        pass
    server.events.wait("request.refused", reason="wait")
    # The first one goes on, and a poll beside it is answered.
    port = fresh_port()
    server.admin_ok("forward", "open", device.name, f"22:{port}")
    eq(lines(channel, 2), ["0", f"22:{port}"], "told")
    poll = transport.open_session()
    poll.exec_command("poll 1")
    eq(lines(poll, 1), ["0"], "a poll")
    eq(poll.recv_exit_status(), 0, "its exit status")
    channel.close()
    closed = server.events.wait("session.close", device=device.name)
    eq(closed["reason"], "wait closed by the client", "reason")


run(test)
