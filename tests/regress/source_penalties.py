#!/usr/bin/python3
"""A source that is refused again and again is shut out; others are not."""
from harness import Key, Server, check, dial, run
from harness.clients import Device
from harness.packets import auth_wire, public_key_query


def hears(server, source):
    """Does the server speak to a connection from this address?"""
    with dial(server.port, source) as s:
        try:
            return s.recv(100) != b""
        except ConnectionError:
            return False


def all_tries(server, device, keys):
    """Connections that use up all of their tries; their source pays for them."""
    after = server.events.mark()
    for _ in range(10):
        wire = auth_wire(device)
        for key in keys:
            wire.userauth(device.user, "publickey", public_key_query(key))
            if wire.receive() is None:
                break
        wire.transport.close()
        if not hears(server, "127.0.0.1"):
            break
    else:
        check(False, "ten times too many tries shut nobody out")
    server.events.wait("limit", after=after, addr="127.0.0.1")


def test(t):
    server = Server(t, per_source_penalties=True)
    device = server.device()
    stranger = Device(server, device.name, Key(t, "stranger"))
    for _ in range(10):
        stranger.poll("ssh", options=("-b", "127.0.0.2"))
        if not hears(server, "127.0.0.2"):
            break
    else:
        check(False, "ten refused logins shut nobody out")
    server.events.wait("limit", addr="127.0.0.2")
    check(hears(server, "127.0.0.3"), "another source is served")
    device.poll().ok()
    # Behind one address: a device that logs in, and one with a bad key.
    device.poll("ssh", options=("-b", "127.0.0.4")).ok()
    for _ in range(10):
        stranger.poll("ssh", options=("-b", "127.0.0.4"))
    server.events.wait("login.refused", addr="127.0.0.4", count=10)
    device.poll("ssh", options=("-b", "127.0.0.4")).ok()
    other = Server(t, "tries", per_source_penalties=True)
    all_tries(other, other.device("tried"),
              [Key(t, f"key-{n}") for n in range(6)])


run(test)
