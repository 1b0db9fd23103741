"""What a load balancer says before it relays a connection: PROXY, version 2
(HAProxy's doc/proxy-protocol.txt, section 2.2)."""
import ipaddress
import socket
import struct

from .case import PATIENCE, dial
from .packets import send

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
LOCAL, PROXY = 0x20, 0x21
SOCK_DIAG, SOCK_DIAG_BY_FAMILY = 4, 20
TLV = b"\x05\0\3abc\x03\0\4\0\0\0\0"       # a unique id; no good CRC32C


def header(source, port=4711, more=b""):
    """A connection from source, which is an IPv4 or IPv6 address."""
    source = ipaddress.ip_address(source)
    family, other = (0x11, "192.0.2.2") if source.version == 4 else \
        (0x21, "2001:db8::2")
    return raw(PROXY, family, source.packed +
               ipaddress.ip_address(other).packed +
               struct.pack(">HH", port, 22) + more)


def raw(command, family, body=b"", length=None):
    size = len(body) if length is None else length
    return SIGNATURE + struct.pack(">BBH", command, family, size) + body


def arrive(server, data, source="127.0.0.1"):
    """A connection whose first bytes are these."""
    sock = dial(server.port, source)
    server.case.closers.append(sock.close)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    send(sock, data)
    return sock


def hears(sock, timeout=PATIENCE):
    """Does the server greet it?  False: it closed."""
    sock.settimeout(timeout)
    try:
        return sock.recv(100).startswith(b"SSH-2.0-")
    except ConnectionError:
        return False


def unread(sock):
    """Bytes sent to a local server that it has not received yet: what
    sock_diag(7) says of its end, or 0 when that says nothing of it.  Not
    /proc/net/tcp, which may be long."""
    (there, to), (here, port) = sock.getpeername(), sock.getsockname()
    ends = struct.pack(">HH", to, port) + \
        socket.inet_aton(there).ljust(16, b"\0") + \
        socket.inet_aton(here).ljust(16, b"\0") + bytes(4) + b"\xff" * 8
    ask = struct.pack("=BBBBI", socket.AF_INET, socket.IPPROTO_TCP, 0, 0,
                      0xffffffff) + ends
    try:
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW,
                           SOCK_DIAG) as diag:
            diag.sendto(struct.pack("=IHHII", 16 + len(ask),
                                    SOCK_DIAG_BY_FAMILY, 1, 0, 0) + ask,
                        (0, 0))
            answer = diag.recv(4096)
    except OSError:
        return 0
    if answer[4:6] != struct.pack("=H", SOCK_DIAG_BY_FAMILY):
        return 0
    return struct.unpack_from("=I", answer, 16 + 4 + len(ends) + 4)[0]
