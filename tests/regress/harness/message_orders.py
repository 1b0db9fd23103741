"""Messages that may come before authentication, in every order."""
import concurrent.futures
import itertools
import os
import threading
import time

import paramiko

from .case import PATIENCE, Fail, check
from .clients import start_client
from .packets import (USERAUTH_FAILURE, USERAUTH_PK_OK, USERAUTH_REQUEST,
                      USERAUTH_SUCCESS, Wire, kexinit, public_key_query,
                      public_key_request, string)

NUMBER = b"\0\0\0\0"            # of a channel
WINDOW = b"\0\x20\0\0" + b"\0\0\x80\0"
# The answers which say that something was done for a stranger.
GRANTED = {USERAUTH_SUCCESS: "USERAUTH_SUCCESS", 81: "REQUEST_SUCCESS",
           91: "CHANNEL_OPEN_CONFIRMATION", 99: "CHANNEL_SUCCESS"}


def userauth(user, method, rest=b""):
    return bytes([USERAUTH_REQUEST]) + string(user) + \
        string("ssh-connection") + string(method) + rest


def channel_open(kind, rest=b""):
    return bytes([90]) + string(kind) + NUMBER + WINDOW + rest


def addresses(port):
    number = port.to_bytes(4, "big")
    return string("127.0.0.1") + number + string("127.0.0.1") + number


def alphabet(device, port):
    """Name -> payload, or a function that makes it for a Wire."""
    user, key = device.user, device.key
    return {
        "kexinit": kexinit(),
        "ecdh-init": bytes([30]) + string(os.urandom(32)),
        "newkeys": bytes([21]),
        "service userauth": bytes([5]) + string("ssh-userauth"),
        "service connection": bytes([5]) + string("ssh-connection"),
        "service accept": bytes([6]) + string("ssh-userauth"),
        "none": userauth(user, "none"),
        "password": userauth(user, "password", b"\0" + string("secret")),
        "key offer": userauth(user, "publickey", public_key_query(key)),
        "bad signature": lambda wire: userauth(
            user, "publickey", public_key_request(wire, user, key, True)),
        "success": bytes([USERAUTH_SUCCESS]),
        "tcpip-forward": bytes([80]) + string("tcpip-forward") + b"\1" +
        string("localhost") + port.to_bytes(4, "big"),
        "session": channel_open("session"),
        "direct-tcpip": channel_open("direct-tcpip", addresses(port)),
        "forwarded-tcpip": channel_open("forwarded-tcpip", addresses(port)),
        "confirmation": bytes([91]) + NUMBER * 2 + WINDOW,
        "exec": bytes([98]) + NUMBER + string("exec") + b"\1" +
        string("poll 1"),
        "data": bytes([94]) + NUMBER + string("poll 1\n"),
        "eof": bytes([96]) + NUMBER,
        "close": bytes([97]) + NUMBER,
        "disconnect": bytes([1]) + b"\0\0\0\x0b" + string("") * 2,
        "ignore": bytes([2]) + string("x"),
        "debug": bytes([4]) + b"\1" + string("x") + string(""),
        "unimplemented": bytes([3]) + NUMBER,
        "ext-info": bytes([7]) + b"\0\0\0\1" + string("x") * 2,
        "unknown 200": bytes([200]),
        "empty": bytes([0]),
    }


class Orders:
    """Plays sequences of messages and says what came of each."""

    def __init__(self, device, port, grace):
        self.device, self.grace = device, grace
        self.messages = alphabet(device, port)
        self.played = self.answered = self.ended = 0
        self.lock = threading.Lock()

    def all(self, length):
        return itertools.product(self.messages, repeat=length)

    def open(self):
        """A connection after key exchange, which shows every answer."""
        sock = self.device.server.connect()
        transport = paramiko.Transport(sock)
        start_client(transport)
        return Wire(transport, *range(3, 256)), sock

    def play(self, names):
        wire, sock = self.open()
        try:
            answered = self.answer(wire, names)
        finally:
            wire.transport.close()
            sock.close()
        with self.lock:
            self.played += 1
            self.answered += answered
            self.ended += not answered

    def answer(self, wire, names):
        """Send them and a last question; True: answered, False: ended."""
        asks = 1 + sum(self.is_request(name) for name in names)
        for name in names:
            message = self.messages[name]
            wire.send(message(wire) if callable(message) else message)
        wire.send(bytes([5]) + string("ssh-userauth"))
        wire.send(userauth(self.device.user, "none"))
        return self.receive(wire, names, asks)

    def is_request(self, name):
        message = self.messages[name]
        return callable(message) or message[0] == USERAUTH_REQUEST

    def receive(self, wire, names, asks):
        end = time.monotonic() + self.grace + PATIENCE
        while asks > 0:
            try:
                got = wire.receive(max(end - time.monotonic(), 0))
            except Fail:
                raise Fail(f"{names}: neither answered nor ended") from None
            if got is None:
                return False
            check(got[0] not in GRANTED, f"{names}: {GRANTED.get(got[0])}")
            asks -= got[0] in (USERAUTH_FAILURE, USERAUTH_PK_OK)
        return True

    def play_all(self, sequences, threads=24, until=None):
        """Play them, until a time; returns how many there were."""
        count = 0
        with concurrent.futures.ThreadPoolExecutor(threads) as pool:
            pending = set()
            for names in sequences:
                if until is not None and time.monotonic() > until:
                    break
                pending.add(pool.submit(self.play, names))
                count += 1
                if len(pending) >= threads:
                    pending = drain(pending)
            drain(pending, concurrent.futures.ALL_COMPLETED)
        return count


def drain(pending, when=concurrent.futures.FIRST_COMPLETED):
    done, rest = concurrent.futures.wait(pending, return_when=when)
    for one in done:
        one.result()
    return rest
