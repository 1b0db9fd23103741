#!/usr/bin/python3
"""Public key requests that are cut, mixed or swapped log nobody in, and harm
nobody; what counts is the key that signed, never one that was offered."""
import base64
import struct

from harness import Key, Server, check, eq, run
from harness.packets import (USERAUTH_FAILURE, USERAUTH_PK_OK,
                             USERAUTH_SUCCESS, auth_wire,
                             public_key_query, public_key_request, string)

HUGE = struct.pack(">I", 0x7fffffff)


class Asker:
    """Requests one after the other, on a new connection when that has ended."""

    def __init__(self, device):
        self.device, self.wire, self.asked = device, None, 0

    def ask(self, make, user=None):
        """The answer's type, or None: an end, or none at all."""
        if self.wire is None or not self.wire.transport.is_active():
            self.wire = auth_wire(self.device)
        self.asked += 1
        self.wire.userauth(user or self.device.user, "publickey",
                           make(self.wire))
        # libssh leaves some unanswered: an answer to "none" comes behind.
        self.wire.userauth(self.device.user, "none")
        got = []
        while True:
            answer = self.wire.receive()
            if answer is None:
                self.wire = None
                break
            got.append(answer[0])
            if answer[0] in (USERAUTH_SUCCESS, USERAUTH_FAILURE):
                break
        check(USERAUTH_SUCCESS not in got, f"a login by {make}")
        if self.wire:
            self.wire.transport.close()
            self.wire = None
        return got


def odd_requests(device, other):
    """Each makes the rest of a request for a wire."""
    blob = base64.b64decode(device.key.base64)
    name = device.key.type

    def signed(wire):
        return public_key_request(wire, device.user, device.key)
    for cut in (*range(0, 90, 7), -1, -5, -64, -68, -83):
        yield lambda w, cut=cut: signed(w)[:cut]
    for cut in (0, 1, 4, 15, 19, 20, 50):
        yield lambda w, cut=cut: b"\0" + string(name) + string(blob[:cut])
    for algorithm in ("", "ssh-rsa", "rsa-sha2-512", "ecdsa-sha2-nistp256",
                      "ssh-dss", "x" * 300, name + "\0", name + ",ssh-rsa",
                      "ssh-ed25519-cert-v01@openssh.com"):
        for flag in (b"\0", b"\1"):
            yield lambda w, a=algorithm, f=flag: f + string(a) + string(blob)
    for rest in (b"", HUGE, string(""), string(name), string(b"\0" * 64),
                 string(string(name) + string(b"\0" * 64)),
                 string(string("ssh-rsa") + string(b"\0" * 64)),
                 string(string(name) + string(b"\0" * 63)),
                 string(string(name) + HUGE)):
        for flag in (b"\1", b"\2", b"\xff"):
            yield lambda w, r=rest, f=flag: f + string(name) + string(blob) + r
    yield lambda w: b"\0" + string(name) + string(blob + b"x")
    yield lambda w: b"\0" + string(name) + HUGE
    yield lambda w: b"\0" + HUGE
    # Its own signature, for another's key; over another's name.
    theirs = base64.b64decode(other.key.base64)
    yield lambda w: signed(w).replace(blob, theirs)
    yield lambda w: public_key_request(w, other.user, device.key)
    yield lambda w: public_key_request(w, device.user, other.key)


def offered(device, key):
    wire = auth_wire(device)
    wire.userauth(device.user, "publickey", public_key_query(key))
    return wire, wire.receive()[0]


def test(t):
    server = Server(t, max_auth_tries=100)
    device, other = server.device(), server.device("other")
    workers = server.workers()
    asker = Asker(device)
    for make in odd_requests(device, other):
        asker.ask(make)
    # The key that was offered is good; the one that signs is another.
    stranger = Key(t, "stranger")
    for bad in (stranger, other.key):
        wire, answer = offered(device, device.key)
        eq(answer, USERAUTH_PK_OK, "the offer of a good key")
        wire.userauth(device.user, "publickey",
                      public_key_request(wire, device.user, bad))
        eq(wire.receive()[0], USERAUTH_FAILURE, "another key's login")
    eq(server.events.find("login"), [], "logins")
    wire, answer = offered(device, stranger)
    eq(answer, USERAUTH_FAILURE, "the offer of an unknown key")
    wire.userauth(device.user, "publickey",
                  public_key_request(wire, device.user, device.key))
    eq(wire.receive()[0], USERAUTH_SUCCESS, "the good key after it")
    print(f"{asker.asked} requests")
    eq(server.workers(), workers, "the workers")
    device.poll().ok()


run(test)
