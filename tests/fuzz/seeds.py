#!/usr/bin/python3
"""Makes what the fuzz targets start from, in a folder for each.

    seeds.py FOLDER
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
OUT = pathlib.Path(sys.argv[1])


def types():
    """The numbers of enum msg_type, by name."""
    text = (HERE / "../../sshd/common/msg.h").read_text()
    text = re.search(r"enum msg_type \{(.*?)\};", text, re.S).group(1)
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    names = re.findall(r"MSG_(\w+)", text)
    return {name: i + 1 for i, name in enumerate(names)}


TYPES = types()
WORKER, KEEPER, SIGN = 0, 4, 8  # MESSAGE_TO
GOOD = 4                        # of fuzz_setup.c
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
    def seed(name, how_far, *messages):
        put("worker", name, bytes([how_far]) + b"".join(messages))

    def says(payload):
        return message(None, 0, 0x80, (0, payload)) + \
            struct.pack("<H", len(payload))

    accepted, exchanged, asked, polls, listens, waits = range(6)
    conn, close_ = message("CONN", 1, FD), message("CLOSE", 1)
    good = message("VERDICT", 1, 0, (0, u32(1)))
    wanted = message("WANTED", 1, 0, (0, u32(22, 9876)))
    granted = message("LISTENING", 1, FD, (0, u32(9000, 9000)))
    unlisten = message("UNLISTEN", 1, 0, (0, u32(9000)))
    inbox = message("INBOX", 1, 0, (0, u32(5, 2)), (8, b"\x16\0\x28\x23"))
    seed("login", asked, good, says(ssh_open()), inbox, close_)
    seed("no", asked, message("VERDICT", 1), good, says(ssh_open()))
    seed("session", polls, inbox, inbox, unlisten, message("DRAIN"), close_)
    seed("empty", polls, message("INBOX", 1), close_)
    seed("too-many", polls, message("INBOX", 1, 0, (4, u32(64))))
    seed("wanted", waits, wanted, message("WANTED", 1, 0, (4, u32(9876))))
    seed("flooded", waits, wanted * 23)
    seed("nothing", accepted, good, inbox, granted, wanted, unlisten)
    seed("listening", listens, granted, unlisten)
    seed("refused", listens, message("LISTENING", 1, 0, (0, u32(9000))), good)
    seed("unbound", listens, message("LISTENING", 1, FD, (0, u32(9000))))
    seed("other", listens, message("LISTENING", 1, FD, (0, u32(9, 9))))
    seed("enrol", asked, message("VERDICT", 1, 0, (0, u32(3, 1))), message(
        "FILE", 1, FD, (0, u32(9))), message("ENROLLED", 1), message(
            "FILE", 1))
    seed("unknown", exchanged, message("LISTENING", 2, FD), message(
        "INBOX", 9), message("CONN", 2, FD), message("CLOSE", 2))
    seed("again", exchanged, conn)
    seed("ping", exchanged, message("PING"), message("DRAIN"),
         message("PONG"))
    seed("fd", exchanged, message("SETUP", 1, FD))
    seed("cut", exchanged, message("INBOX", 1, 0x80) + b"\x10\0")
    seed("drain", accepted, message("DRAIN"), close_)
    seed("idle", accepted, message("DRAIN"), message("CONN", 2, FD), close_)


def ssh_open():
    return b"\x5a" + ssh(b"session") + struct.pack(">III", 0, 99999, 9999)


def seeds_setup():
    def settings(hostkeys, compat=0):
        return message("SETUP", 0, FD, (0, u32(compat, 30, 3, 64, 256, 5,
                                               999, hostkeys)))
    here = message("HOSTKEY", 0, GOOD)
    begin = message(None)
    good = message("SIGNED", 0, GOOD)
    put("setup", "good", settings(1) + here + begin + good)
    put("setup", "two", settings(2, 1) + here * 2 + begin + good * 2)
    put("setup", "none", settings(0))
    put("setup", "many", settings(17))
    put("setup", "missing", settings(2) + here)
    put("setup", "no-socket", message("SETUP"))
    put("setup", "other", message("PING"))
    put("setup", "silent", settings(1) + here + begin)
    put("setup", "refused", settings(1) + here + begin + message("SIGNED"))
    put("setup", "wrong", settings(1) + here + begin + message(
        "SIGNED", 0, 0, (0, u32(64)), (4, b"s" * 64)))
    put("setup", "other-conn", settings(1) + here + begin + message(
        "SIGNED", 1, 0, (0, u32(64)), (4, b"s" * 64)))
    put("setup", "long", settings(1) + here + begin + message(
        "SIGNED", 0, 0, (0, u32(1100))))
    put("setup", "longer", settings(1) + here + begin + message(
        "SIGNED", 0, 0, (0, u32(1101))))
    put("setup", "cut", settings(1) + here + begin + message(
        "SIGNED", 0, 0x80) + b"\x10\0")
    for kind, name in (("ed25519", b"ssh-ed25519"), ("rsa", b"ssh-rsa"),
                       ("ecdsa", b"ecdsa-sha2-nistp256")):
        blob = KEYS[kind][1]
        key = message("HOSTKEY", 0, 0, (0, name), (64, u32(len(blob))),
                      (68, blob[:255]), (323, blob[255:]))
        cut = message("HOSTKEY", 0, 0, (0, name), (64, u32(len(blob) - 9)),
                      (68, blob[:255]))
        signed = message("SIGNED", 0, 0, (0, u32(64)), (4, b"s" * 64))
        put("setup", kind, settings(1) + key + begin + signed)
        put("setup", kind + "-cut", settings(1) + cut + begin + signed)
    put("setup", "unknown", settings(1) + message("HOSTKEY", 0, 0, (0, b"x")))
    put("setup", "too-long", settings(1) + message(
        "HOSTKEY", 0, 0, (0, b"ssh-ed25519"), (64, u32(1101))))


# Of fuzz_session.c, in its order.
ACTS = ("say_packet", "say_packet_and", "say_bytes", "rekey", "say_no_more",
        "visit", "visitor_says", "visitor_says_no_more", "visitor_leaves",
        "time_passes", "monitor_unlistens", "monitor_wants", "monitor_drains",
        "monitor_closes", "say_packet_often", "turn_deaf",
        "visitors_turn_deaf", "monitor_pings", "monitor_joins")
CHANNEL = 43                    # libssh's first
STRANGER, DEVICE, OPERATOR, ENROL = 1, 2, 3, 4
IMPOLITE, OFFERS, LISTENS, CLOSED = 8, 16, 32, 64


def act(name, *rest):
    """rest: bytes are a text, a number is one byte."""
    out = bytes([ACTS.index(name)])
    for r in rest:
        out += bytes([r]) if isinstance(r, int) else \
            struct.pack("<H", len(r)) + r
    return out


def packet(number, *fields, act_="say_packet"):
    """Fields: bytes are a string, a number four bytes, a bool one."""
    out = bytes([number])
    for f in fields:
        if isinstance(f, bool):
            out += bytes([f])
        else:
            out += struct.pack(">I", f) if isinstance(f, int) else ssh(f)
    return act(act_, out)


def session_open(number=0, window=0x200000, size=0x8000):
    return packet(90, b"session", number, window, size)


def execute(line, channel=CHANNEL):
    return packet(98, channel, b"exec", True, line)


def tcpip_forward(port):
    return packet(80, b"tcpip-forward", True, b"localhost", port)


def confirm(channel, number=0, window=0x200000, size=0x8000):
    return packet(91, channel, number, window, size)


def close(channel=CHANNEL):
    return packet(96, channel) + packet(97, channel)


def kexinit():
    lists = [b"curve25519-sha256", b"ssh-ed25519"] + \
        [b"aes128-gcm@openssh.com"] * 2 + [b"hmac-sha2-256"] * 2 + \
        [b"none"] * 2 + [b""] * 2
    return b"\x14" + bytes(16) + b"".join(map(ssh, lists)) + bytes(5)


def plain(payload):
    pad = 16 - (len(payload) + 5) % 8
    return struct.pack(">IB", len(payload) + pad + 1, pad) + payload + \
        bytes(pad)


def seeds_session():
    def seed(name, mode, *acts, wanted=1):
        put("session", name, bytes([mode, wanted]) + b"".join(acts))

    seed("raw", 0, act("say_bytes", b"SSH-2.0-x\r\n" + plain(kexinit())),
         act("say_bytes", plain(b"\x1e" + ssh(b"\x09" + bytes(31)))),
         act("say_bytes", plain(b"\x15")), act("say_bytes", b"x" * 64))
    seed("http", 0, act("say_bytes", b"GET / HTTP/1.0\r\n\r\n"))
    login = packet(5, b"ssh-userauth")
    user = b"d1", b"ssh-connection"
    key = ssh(b"ssh-ed25519") + ssh(b"k" * 32)
    seed("methods", STRANGER, login, *(packet(50, *user, method, False, b"x")
                                       for method in (b"none", b"password")))
    seed("offer", STRANGER | OFFERS, login, packet(
        50, *user, b"publickey", False, b"ssh-ed25519", key))
    seed("bad-signature", STRANGER, login, packet(
        50, *user, b"publickey", True, b"ssh-ed25519", key,
        ssh(b"ssh-ed25519") + ssh(bytes(64))), tcpip_forward(9000))
    seed("long-name", STRANGER, login, packet(
        50, b"x" * 65, user[1], b"publickey", False, b"ssh-ed25519", key))
    seed("sha1", STRANGER, packet(
        50, *user, b"publickey", True, b"ssh-rsa",
        ssh(b"ssh-rsa") + ssh(b"\1\0\1") + ssh(b"\0" + b"\xff" * 256),
        ssh(b"ssh-rsa") + ssh(bytes(256))))
    seed("service", STRANGER, packet(5, b"ssh-connection"))
    seed("no-common", 0, act(
        "say_bytes", b"SSH-2.0-x\r\n" + plain(kexinit().replace(
            b"curve25519-sha256", b"curve25519-sha255"))))
    seed("needs-compat", 0, act("say_bytes", b"SSH-2.0-x\r\n" + plain(
        kexinit().replace(ssh(b"ssh-ed25519"), ssh(b"ssh-rsa")))))
    seed("poll", DEVICE, session_open(), execute(b"poll 1 up=7"), close())
    seed("legacy", DEVICE, session_open(), packet(98, CHANNEL, b"shell", True),
         packet(94, CHANNEL, b"data"), close())
    seed("two", DEVICE, session_open(), session_open(1), execute(b"a", 44),
         execute(b"poll 1"), execute(b"again"), close(44), wanted=9)
    seed("wait", DEVICE, session_open(), execute(b"wait 1 up=7"),
         act("monitor_wants", 9, 9), session_open(1), execute(b"wait 1", 44),
         act("time_passes"), close(), wanted=9)
    seed("deaf-wait", DEVICE, session_open(0, 0, 0), execute(b"wait 1"),
         act("monitor_wants", 9, 9) * 60, wanted=255)
    seed("long", DEVICE, session_open(), execute(b"x" * 1025))
    seed("small", DEVICE, session_open(0, 9, 9), execute(b"poll 1"),
         packet(93, 0, 10), wanted=64)
    seed("ten", DEVICE, session_open(0, 99, 10), execute(b"poll 1"))
    seed("refused", DEVICE, *(packet(90, kind, 0, 99, 99) for kind in (
        b"x11", b"auth-agent@openssh.com", b"other")), packet(
            90, b"direct-tcpip", 0, 99, 99, b"h", 22, b"h", 22),
        session_open(), *(packet(98, CHANNEL, *request) for request in (
            (b"pty-req", True, b"vt100", 80, 24, 0, 0, b""),
            (b"env", True, b"A", b"b"), (b"subsystem", True, b"sftp"),
            (b"x11-req", True, True, b"a", b"b", 0), (b"signal", True, b"x"),
            (b"window-change", False, 80, 24, 0, 0))),
        packet(80, b"keepalive@openssh.com", True))
    visit = tcpip_forward(9000) + act("visit", 0)
    talk = confirm(CHANNEL) + act("visitor_says", 0, 1, b"hello") + \
        packet(94, CHANNEL, b"hello")
    seed("forward", DEVICE | LISTENS, visit, talk,
         act("visitor_says_no_more", 0), close())
    seed("device-closes", DEVICE | LISTENS, visit, talk, close())
    seed("visitor-leaves", DEVICE | LISTENS, visit, talk,
         act("visitor_leaves", 0), packet(94, CHANNEL, b"more"))
    seed("bridge-refused", DEVICE | LISTENS, visit, packet(
        92, CHANNEL, 1, b"", b""), act("visit", 0))
    seed("close-in-one", DEVICE | LISTENS, visit, packet(
        91, CHANNEL, 0, 99, 99, act_="say_packet_and"), packet(
            94, CHANNEL, b"x", act_="say_packet_and"), packet(97, CHANNEL))
    seed("small-window", DEVICE | LISTENS, visit, confirm(CHANNEL, 0, 2, 20),
         act("visitor_says", 0, 1, b"hello"), packet(93, 0, 2),
         packet(93, 0, 200), act("visitor_says_no_more", 0))
    seed("packet-of-ten", DEVICE | LISTENS, visit, confirm(
        CHANNEL, 0, 999, 10), act("visitor_says", 0, 1, b"hello"))
    seed("cancel", DEVICE | LISTENS, visit, talk, packet(
        80, b"cancel-tcpip-forward", True, b"localhost", 9000), packet(
            80, b"cancel-tcpip-forward", True, b"localhost", 9000))
    seed("unlisten", DEVICE | LISTENS, visit, talk, act("visit", 0), act(
        "monitor_unlistens", 0x28, 0x23), act("visit", 0))
    seed("port-0", DEVICE | LISTENS, tcpip_forward(0), packet(
        80, b"tcpip-forward", True, b"h" * 300, 9))
    seed("unlisted", DEVICE, tcpip_forward(9000), tcpip_forward(9001))
    seed("twice", DEVICE | LISTENS, tcpip_forward(9000) * 2)
    seed("channels", DEVICE | LISTENS, tcpip_forward(9000), act("visit", 0) *
         9, *(session_open(i) for i in range(66)))
    seed("rekey", DEVICE | LISTENS, act("rekey"), visit, talk, act("rekey"))
    seed("rekey-start", DEVICE | IMPOLITE, act("rekey"), session_open())
    seed("rekey-stranger", STRANGER, act("rekey"))
    seed("idle", DEVICE, act("time_passes") * 2)
    seed("keepalive", DEVICE | LISTENS | IMPOLITE, tcpip_forward(9000),
         act("time_passes") * 5)
    seed("drain", DEVICE | CLOSED, act("monitor_drains"), session_open())
    seed("closed", DEVICE | LISTENS, visit, talk, act("monitor_closes"))
    seed("disconnect", DEVICE | LISTENS, visit, packet(1, 11, b"", b""))
    seed("no-more", DEVICE, session_open(), act("say_no_more"))
    seed("flood", DEVICE, packet(
        80, b"x", False, act_="say_packet_and") * 60)
    seed("flooded", DEVICE, act("say_packet_often", 255, bytes([80]) +
                                ssh(b"x") + b"\0") * 2)
    seed("too-many", DEVICE, act("say_packet_often", 70, ssh_open()))
    seed("too-many-comers", DEVICE | LISTENS, act("say_packet_often", 64,
                                                  ssh_open()), visit)
    much = act("say_packet_often", 255, bytes([94]) +
               struct.pack(">I", CHANNEL) + ssh(b"x" * 1200))
    seed("visitor-deaf", DEVICE | LISTENS, visit, confirm(CHANNEL), act(
        "visitors_turn_deaf"), much, act("visitors_turn_deaf"), much, close())
    seed("deaf", DEVICE | LISTENS, visit, confirm(CHANNEL), act("turn_deaf"),
         act("visitor_says", 0, 255, b"x" * 1500), act("time_passes"),
         act("turn_deaf"), act("visitor_says", 0, 1, b"more"))
    seed("deaf-closed", DEVICE | LISTENS | CLOSED, visit, confirm(CHANNEL),
         act("turn_deaf"), act("visitor_says", 0, 255, b"x" * 1500))
    seed("rekey-begun", DEVICE | LISTENS | IMPOLITE, visit, talk, act(
        "rekey"), act("visitor_says", 0, 1, b"kept"), packet(
            30, bytes([9]) + bytes(31)))
    joins = act("monitor_joins", 0x28, 0x23)
    seed("join", DEVICE | LISTENS, tcpip_forward(9000), joins, talk,
         act("visitor_says_no_more", 0), close())
    seed("join-refused", DEVICE | LISTENS, tcpip_forward(9000), joins, packet(
        92, CHANNEL, 1, b"", b""), joins)
    seed("join-full", DEVICE | LISTENS, tcpip_forward(9000), act(
        "say_packet_often", 64, ssh_open()), joins)
    seed("join-closed", DEVICE | LISTENS, tcpip_forward(9000), joins, act(
        "monitor_unlistens", 0x28, 0x23), joins, act("monitor_closes"))

    def jump(number, name=b"d1"):
        return packet(90, b"direct-tcpip", number, 0x200000, 0x8000, name, 22,
                      b"h", 22)
    seed("jump", OPERATOR | LISTENS, jump(0), act("visit", 0),
         act("visitor_says", 0, 1, b"hello"), packet(94, CHANNEL, b"hello"),
         close())
    seed("jump-refused", OPERATOR, jump(0), jump(1, b"x" * 65))
    seed("jumps", OPERATOR | LISTENS, act("say_packet_often", 65, packet(
        90, b"direct-tcpip", 0, 99, 99, b"d1", 22, b"h", 22)[3:]), act(
            "visit", 3), act("visitor_leaves", 0), act("monitor_closes"))
    seed("jump-in-one", OPERATOR | LISTENS, packet(
        90, b"direct-tcpip", 0, 99, 99, b"d1", 22, b"h", 22,
        act_="say_packet_and"), packet(94, CHANNEL, b"x",
                                       act_="say_packet_and"),
         packet(97, CHANNEL))
    seed("operator", OPERATOR | LISTENS, session_open(), execute(b"poll 1"),
         tcpip_forward(9000), packet(98, CHANNEL, b"shell", True))
    seed("install", ENROL, session_open(), execute(b"install 1"), close())
    seed("no-installer", ENROL, session_open(), execute(b"install 1"),
         session_open(1), execute(b"install 1", 44), wanted=0)
    seed("enroll", ENROL, session_open(), execute(b"enroll 1 d9 " + KEY_LINE),
         packet(98, CHANNEL, b"exec", True, b"install 1"))
    seed("enroll-refused", ENROL, session_open(), execute(
        b"enroll 1 d9 " + KEY_LINE), wanted=0)
    seed("enroll-other", ENROL, session_open(), execute(b"poll 1"),
         session_open(1), packet(98, 44, b"shell", True), tcpip_forward(9000))
    enroll = b"enroll", b"ssh-connection"
    seed("tokens", STRANGER, packet(50, *enroll, b"none"), *(packet(
        50, *enroll, b"password", False, text) for text in (
            b"", b"x", b"x" * 4000)), packet(
                50, *enroll, b"keyboard-interactive", b"", b""))
    seed("data-stderr", DEVICE | LISTENS, visit, talk, packet(
        95, CHANNEL, 1, b"x"))
    seed("gssapi", STRANGER, packet(50, *user, b"gssapi-with-mic", 1,
                                    b"\6\x09\x2a\x86\x48\x86\xf7\x12\1\2\2"))
    seed("others", STRANGER, packet(50, *user, b"hostbased", b"ssh-ed25519",
                                    key, b"h", b"u", b"s"),
         packet(50, *user, b"keyboard-interactive", b"", b""))
    seed("long-key", STRANGER, packet(
        50, *user, b"publickey", False, b"ssh-rsa", ssh(b"ssh-rsa") +
        ssh(b"\1\0\1") + ssh(b"\0" + b"\xff" * 1200)))
    seed("rsa-offer", STRANGER, packet(
        50, *user, b"publickey", False, b"rsa-sha2-256", ssh(b"ssh-rsa") +
        ssh(b"\1\0\1") + ssh(b"\0" + b"\xff" * 256)))
    seed("long-signature", STRANGER, packet(
        50, *user, b"publickey", True, b"rsa-sha2-256", ssh(b"ssh-rsa") +
        ssh(b"\1\0\1") + ssh(b"\0" + b"\xff" * 1024),
        ssh(b"rsa-sha2-256") + ssh(bytes(1024))))
    seed("ping", DEVICE, act("monitor_pings"), act("monitor_drains"))
    seed("nothing", DEVICE, session_open(), execute(b"poll 1"), wanted=0)
    seed("long-health", DEVICE, session_open(), execute(
        b"poll 1" + b" a=bcdefgh" * 60))
    seed("no-channel", DEVICE, execute(b"poll 1", 99))
    seed("broken", DEVICE, act("say_bytes", b"x" * 64))


def seeds_keys():
    made = KEYS
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


KEYS = keys()
seeds_messages()
seeds_monitor()
seeds_worker()
seeds_setup()
seeds_session()
seeds_keys()
seeds_text()
seeds_proxy()
