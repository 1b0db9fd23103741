#!/usr/bin/python3
"""256 byte values, and what UTF-8 makes of them, in every field that a client
fills in: log, tables and JSON stay printable ASCII, one record a line."""
import json

import paramiko

from harness import Key, Server, check, eq, eventually, run
from harness.clients import start_client
from harness.enrolment import Token, installer
from harness.operators import operator
from harness.packets import (Wire, auth_wire, closed_within, kexinit, packet,
                             public_key_query, read_version, send, string)

# C1, bidi, line ends, a byte order mark; then what is no UTF-8 at all.
CHARACTERS = "\x80\x85\x9b\x9f\u061c\u200e\u200f\u2028\u2029\u202a\u202e" \
    "\u2066\u2069\ufeff\U000e0001"
BROKEN = (b"\xc0\xaf", b"\xe0\x80\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80",
          b"\xff\xfe", b"\xc2", b"\xe2\x80")
FORGED = b'\n{"event":"admin"}\r\n\x1b]0;x\x07\x1b[2J"},{"'
PIECES = [bytes(range(n, n + 16)) for n in range(0, 256, 16)] + \
    [CHARACTERS.encode()] + [b"".join(BROKEN), FORGED]
CHANNEL = b"\0\x20\0\0" + b"\0\0\x80\0"
ANSWERS = (80, 81, 82, 91, 92, 93, 94, 96, 97, 98, 99, 100)


class Raw(str):
    """Text that goes out as other bytes than UTF-8's."""

    def __new__(cls, data):
        self = super().__new__(cls, data.decode("latin-1"))
        self.data = data
        return self

    def __add__(self, more):
        return Raw(self.data + more.encode())

    def encode(self, *_):
        return self.data


def with_version(device, data):
    """A login by a client that calls itself so."""
    transport = paramiko.Transport(device.server.connect())
    device.case.closers.append(transport.close)
    transport.local_version = Raw(b"SSH-2.0-" + data)
    start_client(transport)
    transport.auth_publickey(device.user, device.key.paramiko())
    return transport


# --- the fields: each is a function that sends one piece in it ---

def user_name(device, piece):
    wire = auth_wire(device)
    for part in (piece, b"a" + piece[:8], piece[8:] + b"z"):
        wire.userauth(part, "publickey", public_key_query(device.key))
        wire.userauth(device.user, b"x" + part)
        wire.receive()
    wire.transport.close()


def version(device, piece):
    piece = piece.replace(b"\n", b"").replace(b"\r", b"").replace(b"\0", b"")
    sock = device.server.connect()
    send(sock, b"SSH-2.0-" + piece + b"\r\n" + b"\0" * 64)
    check(closed_within(sock), "garbage after its version")
    with_version(device, b"v" + piece).open_session().exec_command("poll 1")


def algorithms(device, piece):
    for name in ("kex", "hostkey", "cipher_in", "mac_out", "language_in"):
        sock = device.server.connect()
        send(sock, b"SSH-2.0-x\r\n")
        read_version(sock)
        send(sock, packet(kexinit(**{name: b"a" + piece})))
        check(name == "language_in" or closed_within(sock), f"{name}: an end")
        sock.close()


def open_session(wire):
    """Its number at the server; what others are still told is skipped."""
    wire.send(bytes([90]) + string("session") + b"\0\0\0\1" + CHANNEL)
    kind, body = wire.receive()
    while kind != 91:
        kind, body = wire.receive()
    return body[4:8]


def session_requests(device, piece):
    wire = Wire(device.login(), *ANSWERS)
    to = open_session(wire)
    for name, rest in (("env", string(piece) + string(b"v" + piece)),
                       ("pty-req", string(piece) + b"\0" * 16 + string(piece)),
                       ("subsystem", string(piece)),
                       ("signal", string(piece)),
                       ("x11-req", b"\0" + string(piece) * 2 + b"\0" * 4),
                       (piece, string(piece))):
        wire.send(bytes([98]) + to + string(name) + b"\1" + rest)
    for command in (piece, b"poll 1 " + piece, b"poll 1 k=" + piece,
                    b"poll 1 up=1\n" + piece, b"wait 1 " + piece,
                    piece * 100):
        to = open_session(wire)
        wire.send(bytes([98]) + to + string("exec") + b"\0" + string(command))
    wire.transport.close()


def opens_and_globals(device, piece):
    wire = Wire(device.login(), *ANSWERS)
    open_session(wire)
    wire.send(bytes([90]) + string(piece) + b"\0\0\0\2" + CHANNEL)
    wire.send(bytes([90]) + string("direct-tcpip") + b"\0\0\0\3" + CHANNEL +
              string(piece) + b"\0\0\0\x16" + string(piece) + b"\0\0\0\1")
    wire.send(bytes([80]) + string(piece) + b"\1" + string(piece))
    for address in (piece, b"a" * 300 + piece):
        wire.send(bytes([80]) + string("tcpip-forward") + b"\1" +
                  string(address) + (9999).to_bytes(4, "big"))
    wire.send(bytes([4]) + b"\1" + string(piece) + string(piece))
    wire.send(bytes([1]) + b"\0\0\0\x0b" + string(piece) + string(piece))
    wire.transport.close()


def target(person, piece):
    wire = Wire(person.login(), *ANSWERS)
    for name in (piece, b"a" + piece[:8], b"127.0.0.1" + piece):
        wire.send(bytes([90]) + string("direct-tcpip") + b"\0\0\0\1" +
                  CHANNEL + string(name) + b"\0\0\0\x16" + string(piece) +
                  b"\0\0\0\1")
        wire.receive()
    wire.transport.close()


def enrolment(token, piece, number):
    """A password, and a command: its id, type, key and what follows it."""
    server = token.server
    key = Key(token.case, f"enrol-{number}")
    for n, command in enumerate((
            b"enroll 1 " + piece + b" ssh-ed25519 AAAA",
            b"enroll 1 some " + piece + b" AAAA",
            b"enroll 1 some ssh-ed25519 " + piece,
            b"enroll 1 new%d ssh-ed25519 " % number + key.base64.encode() +
            b" " + piece, b"install 1 " + piece)):
        transport = paramiko.Transport(server.connect(
            source=f"127.0.{number + 1}.{n + 1}"))
        token.case.closers.append(transport.close)
        start_client(transport)
        if n == 0:
            wire = Wire(transport, 51, 52, 6)
            wire.service()
            wire.userauth("enroll", "password", b"\0" + string(piece))
            wire.receive()
        else:
            transport.auth_password("enroll", token.text)
            wire = Wire(transport, *ANSWERS)
            to = open_session(wire)
            wire.send(bytes([98]) + to + string("exec") + b"\1" +
                      string(command))
            wire.receive()
        transport.close()


# --- what must hold ---

def printable(what, data):
    bad = sorted({b for b in data if not (32 <= b < 127 or b == 10)})
    check(not bad, f"{what}: the bytes {bad}")


def log_is_clean(server):
    data = server.events_path.read_bytes()
    printable("the event log", data)
    for line in data.splitlines():
        check(isinstance(json.loads(line), dict), f"one event: {line!r}")
        for text in texts(json.loads(line)):
            printable("a text in it", text.encode())


def texts(value):
    if isinstance(value, dict):
        return [t for k, v in value.items() for t in (k, *texts(v))]
    if isinstance(value, list):
        return [t for v in value for t in texts(v)]
    return [value] if isinstance(value, str) else []


def tables_are_clean(server, device):
    for args in (("device", "list"), ("device", "show", device.name),
                 ("heartbeat", "show", device.name, "-n", 64),
                 ("heartbeat", "tail", "-n", 100), ("session", "list"),
                 ("forward", "list", "--all"), ("operator", "list"),
                 ("key", "list"), ("status",)):
        for form in ((), ("--json",)):
            done = server.case.run([server.bin / "admin" / "et-admin", "-c",
                                    server.conf, *form, *args]).ok()
            printable(f"{form} {args}", done.out.encode())
            if form:
                for line in done.out.splitlines():
                    check(isinstance(json.loads(line), dict), line)
    rows = server.admin_ok("heartbeat", "show", device.name, "-n", 64).out
    beats = server.admin_json("heartbeat", "show", device.name, "-n", 64)
    eq(len(rows.splitlines()), len(beats) + 1, "lines of a table, head and all")


def test(t):
    server = Server(t, start=False, login_grace=60, max_auth_tries=100,
                    per_source_max_startups=1000)
    installer(server)
    server.start()
    device = server.device()
    person = operator(server, "alice", "admin")
    token = Token(server, "--uses", 100)
    admins = len(server.events.find("admin"))
    held = with_version(device, b"held" + PIECES[-3] + PIECES[-2])
    held.open_session().exec_command("wait 1 up=1")
    for number, piece in enumerate(PIECES):
        for field in (user_name, version, algorithms, session_requests,
                      opens_and_globals):
            field(device, piece)
        target(person, piece)
        enrolment(token, piece, number)
    server.events.wait("heartbeat", client=lambda c: "SSH-2.0-v" in c,
                       count=len(PIECES))
    # What is told at all is told escaped.
    for event, field in (("login.refused", "user"), ("session.close", "reason"),
                         ("login", "client"), ("heartbeat", "client"),
                         ("jump.refused", "target")):
        for some in ("\\x1b", "\\xe2\\x80\\xae"):
            server.events.wait(event, **{field: lambda v: some in v})
    log_is_clean(server)
    tables_are_clean(server, device)
    eq(server.events.find("worker.exit"), [], "workers that ended")
    forged = server.events.find("admin")[admins:]
    check(all("operator" in e for e in forged), f"forged: {forged}")
    eventually(lambda: server.admin_json("session", "list"), what="a session")


run(test)
