#!/usr/bin/python3
"""Makes corpus/: what the fuzz targets start from.  Run it by hand when the
messages or a target's input change; its results are kept in the tree.

    seeds.py [FOLDER]       by default corpus/ beside it
"""

import base64
import hashlib
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
OUT = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "corpus"


def types():
    """The numbers of enum msg_type, by name."""
    text = (HERE / "../../sshd/common/msg.h").read_text()
    text = re.search(r"enum msg_type \{(.*?)\};", text, re.S).group(1)
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    names = re.findall(r"MSG_(\w+)", text)
    return {name: i + 1 for i, name in enumerate(names)}


TYPES = types()
WORKER, KEEPER, SIGN = 0, 4, 8  # MESSAGE_TO
FD = 1


KEY_LINE = b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + b"A" * 43


def message(name, conn=0, how=0, *patches):
    """As message.h reads it; patches are (offset in the body, bytes)."""
    type_ = TYPES[name] if name else 0
    out = bytes([type_, conn, how, len(patches)])
    for offset, data in patches:
        out += struct.pack("<HB", offset, len(data)) + data
    return out


def u32(*numbers):
    return struct.pack("<%dI" % len(numbers), *numbers)


def i64(*numbers):
    return struct.pack("<%dq" % len(numbers), *numbers)


def ssh(data):
    return struct.pack(">I", len(data)) + data


def put(target, name, data):
    folder = OUT / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


def keys():
    """type: (public line, blob, private file without its armour)"""
    made = {}
    with tempfile.TemporaryDirectory() as folder:
        for kind, bits in (("ed25519", "256"), ("rsa", "2048"),
                           ("ecdsa", "256")):
            path = pathlib.Path(folder) / kind
            subprocess.run(["ssh-keygen", "-q", "-t", kind, "-b", bits, "-N",
                            "", "-C", "seed", "-f", path], check=True)
            line = path.with_suffix(".pub").read_text()
            text = path.read_text().splitlines()
            made[kind] = (line, base64.b64decode(line.split()[1]),
                          base64.b64decode("".join(text[1:-1])))
    return made


def login_data(algorithm, blob, user=b"d1"):
    return (b"\x32" + ssh(user) + ssh(b"ssh-connection") + ssh(b"publickey") +
            b"\x01" + ssh(algorithm) + ssh(blob))


def stand_in():
    """The blob of stand_in.h's key."""
    text = (HERE / "stand_in.h").read_text().split("STAND_IN_BLOB")[1]
    return base64.b64decode("".join(re.findall(r'"(.*?)"', text)))


def offer(conn, user, blob):
    return message("LOGIN", conn, WORKER, (0, user), (65, b"ssh-ed25519"),
                   (129, b"SSH-2.0-x"), (516, u32(len(blob))), (520, blob))


def login(conn, session):
    data = ssh(session) + login_data(b"ssh-ed25519", stand_in())
    return message("LOGIN", conn, WORKER, (129, b"SSH-2.0-x"),
                   (1620, u32(len(data), 64)), (1628, data))


def seeds_messages():
    put("msg", "login", offer(1, b"d1", stand_in()))
    put("msg", "conn", message("CONN", 1, FD))
    put("msg", "ready-fd", message("READY", 0, FD))
    put("msg", "cut", message("POLL", 1, 0x80)[:4] + b"\x10\x00")
    put("msg", "inbox", message("INBOX", 1, 0, (0, u32(5, 1)), (8, b"ab")))
    put("msg", "devices", message("DEVICE", 0, 0, (0, u32(16)), (32, b"d1")))
    put("msg", "keys", message("KEY_OF", 0, 0, (0, u32(129))))
    put("msg", "unended", message("ADMIN", 0, 0, (0, b"x" * 65)))
    put("msg", "unended2", message("LOGIN", 1, 0, (0, b"x" * 65)))
    put("msg", "unended3", message("DEVICE", 0, 0, (0, u32(2)), (552, b"t" *
                                                                 255)))


def seeds_monitor():
    poll = message("POLL", 3, WORKER, (0, u32(1)), (8, b"up=7 load=0.2 x"))
    listen = message("LISTEN", 3, WORKER, (0, u32(9880)))
    standing = message("LISTEN", 3, WORKER, (0, u32(9871)))
    bridge = (message("BRIDGE_OPEN", 3, WORKER, (0, u32(9880, 1))) +
              message("BRIDGE_CLOSE", 3, WORKER, (0, u32(9880, 1)),
                      (32, b"closed\n")))
    cancel = message("CANCEL", 3, WORKER, (0, u32(9880)))
    refused = message("REFUSED", 3, WORKER, (0, u32(1)), (4, b"pty-req"),
                      (68, b"\x1b[2J"))
    bye = message("BYE", 3, WORKER, (16, b"closed by the client"))
    wait = message("WAIT", 3, WORKER, (0, u32(1)), (8, b"up=7"))
    put("monitor", "wait", wait + message("GONE", 0, KEEPER, (0, u32(4, 0)),
                                          (8, i64(1))) + wait)
    tokens = message("TOKENS", 0, KEEPER, (0, i64(2 ** 60)))
    token = message("TOKEN", 2, WORKER, (0, b"aaaaaaaa." + b"a" * 26))
    good = tokens + token + message("TOKEN_IS", 2, KEEPER, (0, i64(5)))
    enroll = message("ENROLL", 2, WORKER, (8, b"d9"), (73, KEY_LINE))
    put("monitor", "enroll", good + enroll + message(
        "ENROLLED", 2, KEEPER, (0, u32(3)), (4, b"d9")) + enroll)
    put("monitor", "fetch", good + message("FETCH", 2, WORKER) + poll)
    put("monitor", "token", message("TOKEN", 2, WORKER) + tokens + message(
        "TOKEN", 2, WORKER, (0, b"?")) + token + message(
        "TOKEN_IS", 2, KEEPER, (8, b"wrong\n")) + token * 2)
    put("monitor", "session", poll + listen + bridge + cancel + bye)
    put("monitor", "standing", standing + refused + standing + poll)
    put("monitor", "compat", message("BYE", 1, WORKER, (16, b"needs compat")))
    exchange = b"".join(ssh(part) for part in (
        b"SSH-2.0-c", b"SSH-2.0-s", b"I_C", b"\x14" + bytes(16), b"K_S", b"e",
        b"f", b"K"))
    sign = (0, b"ssh-ed25519"), (64, u32(32, len(exchange))), (72, exchange)
    put("monitor", "login", message("SIGN", 1, SIGN, *sign) +
        login(1, hashlib.sha256(exchange).digest()) + login(2, b"s" * 32))
    put("monitor", "rekey", message("SIGN", 3, SIGN, *sign) * 2 +
        message("SIGN", 3, SIGN, (0, b"rsa-sha2-512"), (64, u32(64, 9))))
    put("monitor", "offer", offer(1, b"d1", stand_in()) +
        offer(2, b"d2", stand_in()) + offer(2, b"x", b"no") * 7)
    for i in range(1, 5):
        put("monitor", "gone%d" % i, standing + listen + message(
            "GONE", 0, KEEPER, (0, u32(i, 0)), (8, i64(1))) + bye)
    put("monitor", "kill", message("KILL", 0, KEEPER, (8, i64(1))) +
        message("CHANGED", 0, KEEPER, (0, i64(7))) + bye)
    put("monitor", "sweep", listen + message("LOADED", 0, KEEPER) * 2 + bye)
    put("monitor", "admin", message(
        "ADMIN", 0, KEEPER, (0, b"op"), (65, b"key\nrevoke")) +
        message("STORE_STATE", 0, KEEPER, (0, u32(0)), (8, b"locked")))
    put("monitor", "disable", message(
        "DEVICE", 0, KEEPER, (0, u32(1)), (8, i64(1)), (32, b"d1")) + bye)
    put("monitor", "forward", message(
        "FORWARD", 0, KEEPER, (0, i64(2, 1, 2 ** 60)), (24, u32(22, 9890, 2)))
        + message("FORWARD", 0, KEEPER, (0, i64(1, 1, 2 ** 60)),
                  (24, u32(22, 9880, 0, 1))) + poll)
    put("monitor", "key", message("KEY_OF", 0, KEEPER, (0, u32(1)),
                                  (8, i64(9, 2)), (24, b"k" * 32)))


def seeds_worker():
    conn = message("CONN", 1, FD)
    says = message(None, 0, 0, (0, b"SSH-2.0-x\r\n"))
    put("worker", "session", conn + says + message("VERDICT", 1, 0, (0, u32(1)))
        + message("INBOX", 1) + message("UNLISTEN", 1) + message("CLOSE", 1))
    put("worker", "enrol", conn + message("VERDICT", 1, 0, (0, u32(3, 1))) +
        message("FILE", 1, FD, (0, u32(9))) + message("ENROLLED", 1) +
        message("FILE", 1))
    put("worker", "wanted", conn + message("WANTED", 1, 0, (0, u32(22, 9876))))
    put("worker", "listening", conn + message("LISTENING", 1, FD,
                                              (0, u32(9880, 9880))))
    put("worker", "unknown", message("LISTENING", 2, FD) + message("INBOX", 9))
    put("worker", "again", conn + conn)
    put("worker", "ping", message("PING") + message("DRAIN") + message("PONG"))
    put("worker", "garbage", conn + message(None, 0, 0, (0, b"GET / HTTP\r\n")))
    put("worker", "drain", conn + message("DRAIN") + message("CLOSE", 1))


def seeds_keys():
    made = keys()
    sig = b"\x80" + b"s" * 64
    for kind, name in (("ed25519", b"ssh-ed25519"), ("rsa", b"rsa-sha2-256"),
                       ("ecdsa", b"ecdsa-sha2-nistp256")):
        line, blob, private = made[kind]
        put("key", kind + "-line", line.encode())
        put("key", kind + "-blob", blob)
        put("login", kind, sig + login_data(name, blob))
        put("hostkey", kind, private)
    line, blob, private = made["ed25519"]
    put("login", "another", b"\x01" + ssh(b"t" * 32) +
        login_data(b"ssh-ed25519", blob))
    put("key", "dropbear", b"Public key portion is:\n" + line.encode() +
        b"Fingerprint: SHA256:x\n")
    put("key", "options", b'restrict,command="x y" ' + line.encode())
    put("key", "digest", b"SHA256:" + b"A" * 42 + b"E")
    put("key", "weak", ssh(b"ssh-rsa") + ssh(b"\x01\x00\x01") +
        ssh(b"\x00" + b"\xff" * 128))
    put("hostkey", "armoured", b"-----BEGIN OPENSSH PRIVATE KEY-----\n" +
        base64.encodebytes(private) + b"-----END OPENSSH PRIVATE KEY-----\n")


def seeds_text():
    put("conf", "options", b"""# c
listen = {"127.0.0.1:2222", "[::1]:0"}
store = "sqlite:/x" // c
workers = 2 /* c
*/ login-grace = 30
node = "n1"
per-source-penalties = no
compat = "openwrt-15.05"
""")
    put("conf", "proxy", b'proxy-from = {"192.0.2.0/24", "2001:db8::1"}\n')
    put("conf", "list", b"host-keys = {a, 'b'}\nevent-log=\"a\\x1b\"\n")
    put("conf", "wrong", b"max-startups = 0\nbogus { x = 1 }\n")
    put("exec", "poll", b"poll 1 up=7 load=0.2 A=x v=2.0-rc,1:2/3@4+5")
    put("token", "token", b"abcdefgh.abcdefghijklmnopqrstuvwxyz")
    put("token", "install", b"install 1")
    put("token", "enroll", b"enroll 1 d9 " + KEY_LINE)
    put("exec", "wait", b"wait 1 up=1 up=2 n=9007199254740992 x= =y")
    put("exec", "legacy", b"/home/user/ping.sh")
    put("exec", "long", b"poll 1" + b" aaaaa=b" * 70)
    for name, text in (("forward", b"22:9876"), ("range", b"9000-9100"),
                       ("ttl", b"7d"), ("huge", b"65536:1")):
        put("ports", name, text)
    put("event", "escape", b"\x40a\\b\x1b[2J\n\x80\xe2\x80\xae")
    put("event", "small", b"\x00abcdefgh\n")


def seeds_proxy():
    start = b"\r\n\r\n\0\r\nQUIT\n"
    tlv = b"\x03\0\4crc!" + b"\x05\0\3abc"
    v4 = bytes([192, 0, 2, 1, 192, 0, 2, 2]) + struct.pack(">HH", 4711, 22)
    v6 = b"\x20\1\x0d\xb8" + bytes(28) + struct.pack(">HH", 4711, 22)
    for name, head, body in (
            ("local", b"\x20\0", b""), ("tcp4", b"\x21\x11", v4),
            ("tcp6", b"\x21\x21", v6), ("tlv", b"\x21\x11", v4 + tlv),
            ("unspec", b"\x21\0", tlv), ("unix", b"\x21\x31", bytes(216)),
            ("short", b"\x21\x21", v4), ("long", b"\x21\x11", bytes(1024))):
        put("proxy", name, start + head + struct.pack(">H", len(body)) +
            body + b"SSH-2.0-x\r\n")
    put("proxy", "text", b"PROXY TCP4 192.0.2.1 192.0.2.2 4711 22\r\n")


seeds_messages()
seeds_monitor()
seeds_worker()
seeds_keys()
seeds_text()
seeds_proxy()
