"""SSH by hand, for what real clients cannot be made to do (RFC 4253)."""
import base64
import os
import queue
import socket
import struct
import time

import paramiko

from .case import PATIENCE, Fail, check

VERSION = b"SSH-2.0-regress\r\n"
MSG_DISCONNECT = 1
MSG_KEXINIT = 20
USERAUTH_REQUEST, USERAUTH_FAILURE = 50, 51
USERAUTH_SUCCESS, USERAUTH_PK_OK = 52, 60
REQUEST_SUCCESS, REQUEST_FAILURE = 81, 82
CHANNEL_SUCCESS, CHANNEL_FAILURE = 99, 100
# What a send may raise at any moment: the server has ended the connection.
ENDED = (OSError, EOFError, paramiko.SSHException)
LISTS = ("kex", "hostkey", "cipher_in", "cipher_out", "mac_in", "mac_out",
         "compression_in", "compression_out", "language_in", "language_out")


def string(data):
    if isinstance(data, str):
        data = data.encode()
    return struct.pack(">I", len(data)) + data


def packet(payload):
    """A packet before encryption (section 6)."""
    pad = 8 - (len(payload) + 5) % 8
    pad += 8 if pad < 4 else 0
    return struct.pack(">IB", len(payload) + pad + 1, pad) + payload + \
        os.urandom(pad)


def kexinit(**lists):
    """A KEXINIT payload; what is not given is what everybody has."""
    default = {"kex": "curve25519-sha256", "hostkey": "ssh-ed25519",
               "cipher_in": "aes128-ctr", "cipher_out": "aes128-ctr",
               "mac_in": "hmac-sha2-256", "mac_out": "hmac-sha2-256",
               "compression_in": "none", "compression_out": "none",
               "language_in": "", "language_out": ""}
    default.update(lists)
    return bytes([MSG_KEXINIT]) + os.urandom(16) + \
        b"".join(string(default[k]) for k in LISTS) + b"\0" * 5


def read_exact(sock, count):
    data = b""
    while len(data) < count:
        more = sock.recv(count - len(data))
        check(more, f"the server closed after {len(data)} of {count} bytes")
        data += more
    return data


def read_version(sock):
    line = b""
    while not line.endswith(b"\n"):
        line += read_exact(sock, 1)
    return line


def greeted(sock, timeout=PATIENCE):
    """Does the server say its version within timeout?"""
    sock.settimeout(timeout)
    try:
        return read_exact(sock, 4) == b"SSH-"
    except TimeoutError:
        return False


def half_kex(sock):
    """Half a key exchange: nobody can say that it is silent."""
    read_version(sock)
    sock.sendall(VERSION + packet(kexinit()))
    return sock


def read_packet(sock):
    length, pad = struct.unpack(">IB", read_exact(sock, 5))
    check(length < 35000, f"a packet of {length} bytes")
    return read_exact(sock, length - 1)[:length - 1 - pad]


def parse_kexinit(payload):
    check(payload[0] == MSG_KEXINIT, f"message {payload[0]}, not KEXINIT")
    lists, at = {}, 17
    for name in LISTS:
        size = struct.unpack_from(">I", payload, at)[0]
        text = payload[at + 4:at + 4 + size].decode()
        lists[name] = text.split(",") if text else []
        at += 4 + size
    return lists


def offered(server):
    """The algorithms in the server's KEXINIT."""
    sock = server.connect()
    sock.sendall(VERSION)
    read_version(sock)
    sock.sendall(packet(kexinit()))
    return parse_kexinit(read_packet(sock))


def send(sock, data):
    """Send to a peer that may close at any moment; False: it has."""
    try:
        sock.sendall(data)
        return True
    except ConnectionError:
        return False


def end_of_sending(sock):
    """Half of a close; the other side may have done all of it."""
    try:
        sock.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def closed_within(sock, timeout=PATIENCE):
    """Read until the server closes; False when it does not."""
    sock.settimeout(timeout)
    try:
        while sock.recv(65536):
            pass
        return True
    except ConnectionError:
        return True
    except TimeoutError:
        return False


class Wire:
    """Send and receive single messages over a paramiko transport.

    Messages of the types that are taken here do not reach paramiko itself.
    """

    def __init__(self, transport, *types):
        self.transport = transport
        self.arrived = queue.Queue()
        transport._handler_table = {
            **transport._handler_table,
            **{t: self.take(t) for t in types}}

    def take(self, kind):
        # paramiko 2 calls it with the transport before the message.
        return lambda *args: self.arrived.put((kind, args[-1].asbytes()))

    def send(self, data):
        """False: the connection has ended, which receive() will say too."""
        message = paramiko.Message()
        message.add_bytes(data)
        try:
            self.transport._send_message(message)
            return True
        except ENDED:
            return False

    def receive(self, timeout=PATIENCE):
        """(type, payload), or None when the connection ended."""
        end = time.monotonic() + timeout
        while True:
            active = self.transport.is_active()
            try:
                return self.arrived.get(timeout=0.02)
            except queue.Empty:
                if not active:      # and so nothing comes any more
                    return None
            if time.monotonic() > end:
                raise Fail(f"no message and no end within {timeout} s")

    def service(self):
        """Ask for ssh-userauth (RFC 4253, section 10)."""
        self.send(bytes([5]) + string("ssh-userauth"))
        check(self.receive()[0] == 6, "SERVICE_ACCEPT")

    def userauth(self, user, method, rest=b""):
        """A USERAUTH_REQUEST (RFC 4252, section 5)."""
        self.send(bytes([USERAUTH_REQUEST]) + string(user) +
                  string("ssh-connection") + string(method) + rest)


def auth_wire(device):
    """A Wire that is ready for authentication requests."""
    wire = Wire(device.transport(), 6, USERAUTH_FAILURE, USERAUTH_SUCCESS,
                USERAUTH_PK_OK)
    wire.service()
    return wire


def public_key_query(key):
    """The rest of a publickey request without a signature."""
    return b"\0" + string(key.type) + string(base64.b64decode(key.base64))


def public_key_request(wire, user, key, spoil=False):
    """The rest of a signed publickey request; spoil breaks the signature."""
    blob = base64.b64decode(key.base64)
    rest = b"\1" + string(key.type) + string(blob)
    signed = string(wire.transport.session_id) + bytes([USERAUTH_REQUEST]) + \
        string(user) + string("ssh-connection") + string("publickey") + rest
    signature = key.paramiko().sign_ssh_data(signed)
    signature = bytearray(signature.asbytes() if
                          hasattr(signature, "asbytes") else signature)
    if spoil:
        signature[-1] ^= 1
    return rest + string(bytes(signature))
