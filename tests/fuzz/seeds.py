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

import layout

HERE = pathlib.Path(__file__).resolve().parent
OUT = pathlib.Path(sys.argv[1])


WORKER, KEEPER, SIGN = 0, 4, 8  # MESSAGE_TO
SIGNED = 12                     # of fuzz_monitor.c
AT_ONCE, NO_ROOM = 4, 8         # of fuzz_worker.c
GOOD = 4                        # of fuzz_setup.c
FD = 1
CUT = 0x80


KEY_LINE = b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + b"A" * 43
TOKEN_LINE = b"token abcdefgh.abcdefghijklmnopqrstuvwxyz\n"


def message(name, conn=0, how=0, /, **fields):
    """As message.h reads it: what is not zero of the body, as patches."""
    if name is None:
        return bytes([0, conn, how, 0])
    data = layout.body(name, **fields)
    starts = [i for i in range(len(data)) if data[i]]
    out, patches, at = b"", 0, 0
    while at < len(starts):
        first = last = starts[at]
        # A gap of a few bytes is shorter than another patch.
        while at < len(starts) and starts[at] < min(last + 5, first + 255):
            last = starts[at]
            at += 1
        out += struct.pack("<HB", first, last + 1 - first)
        out += data[first:last + 1]
        patches += 1
    return bytes([layout.TYPES[name], conn, how, patches]) + out


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
    return message("LOGIN", conn, WORKER, user=user, algorithm=b"ssh-ed25519",
                   client=b"SSH-2.0-x", keylen=len(blob), key=blob)


def login(conn, session, algorithm=b"ssh-ed25519", blob=None, user=b"d1",
          how=WORKER):
    data = ssh(session) + login_data(algorithm, blob or stand_in(), user)
    return message("LOGIN", conn, how, client=b"SSH-2.0-x", siglen=64,
                   datalen=len(data), data=data)


def seeds_messages():
    put("msg", "login", offer(1, b"d1", stand_in()))
    put("msg", "conn", message("CONN", 1, FD))
    put("msg", "ready-fd", message("READY", 0, FD))
    put("msg", "cut", message("POLL", 1, CUT) + b"\x10\x00")
    put("msg", "inbox", message("INBOX", 1, next=5, n=1, forwards=[
        dict(dport=22, sport=9000)]))
    put("msg", "inboxes", message("INBOX", 1, n=65))
    put("msg", "devices", message("DEVICE", n=16, list=[dict(name=b"d1")]))
    put("msg", "keys", message("KEY_OF", n=129))
    put("msg", "unended", message("ADMIN", who=b"x" * 65))
    put("msg", "unended2", message("LOGIN", 1, user=b"x" * 65))
    put("msg", "unended3", message("DEVICE", n=2, list=[
        {}, dict(tags=b"t" * 256)]))
    # One of each type, whole; the mutations have them to begin with.
    for name, struct_ in layout.BODIES.items():
        put("msg", "of-" + name.lower(), message(name, 1))
        put("msg", "with-" + name.lower(), message(name, 1, FD))


def exchange(number, size=32, cookie=bytes(16), algorithm=b"ssh-ed25519",
             tail=b""):
    """A SIGN, and the exchange in it."""
    text = b"".join(ssh(part) for part in (
        b"SSH-2.0-c", b"SSH-2.0-s", b"I_C", b"\x14" + cookie, b"K_S", b"e",
        b"f", b"K")) + tail
    return message("SIGN", number, SIGN, algorithm=algorithm, hash=size,
                   len=len(text), exchange=text), text


def keeper(name, conn=0, /, **fields):
    return message(name, conn, KEEPER, **fields)


def worker(name, conn=3, /, **fields):
    return message(name, conn, WORKER, **fields)


LATE = 2 ** 60                  # us since the epoch


def seeds_monitor():
    def seed(name, *messages):
        put("monitor", name, b"".join(messages))

    poll = worker("POLL", version=1, health=b"up=7 load=0.2 x")
    listen = worker("LISTEN", port=9880)
    standing = worker("LISTEN", port=9871)
    visit = message(None, 3)
    bridge = visit + worker("BRIDGE_CLOSE", port=9880, id=1,
                            reason=b"closed\n")
    cancel = worker("CANCEL", port=9880)
    refused = worker("REFUSED", limit=1, what=b"pty-req", detail=b"\x1b[2J")
    bye = worker("BYE", reason=b"closed by the client")
    wait = worker("WAIT", version=1, health=b"up=7")

    def gone(noun, id_=1):
        return keeper("GONE", noun=noun, id=id_)
    device, key, permit, forward, oper = 1, 2, 3, 4, 8
    seed("wait", wait, gone(forward), wait)
    seed("wait-permit", wait, standing, gone(permit))
    seed("session", poll, listen, bridge, cancel, bye)
    seed("bridges", listen, *[visit] * 20)
    seed("bridge-again", listen, bridge, bridge)
    seed("bridge-none", worker("BRIDGE_CLOSE", port=9880, id=1))
    seed("bridge-of-other-port", listen, visit, worker(
        "BRIDGE_CLOSE", port=9881, id=1))
    seed("bridge-left", listen, visit, cancel, worker(
        "BRIDGE_CLOSE", port=9880, id=1), visit)
    seed("standing", standing, refused, standing, poll)
    seed("unlisted", worker("LISTEN", port=1), worker("CANCEL", port=1))
    seed("pong", worker("PONG", 0), worker("PONG", 0))
    seed("ready", worker("READY", 0))
    seed("setup", worker("DRAIN", 0))
    seed("not-a-conn", worker("POLL", 9))
    seed("not-a-keeper", keeper("PING"))
    seed("compat", worker("BYE", 1, reason=b"needs compat"))
    seed("early", worker("POLL", 1), worker("POLL", 2))

    def token(conn, text=b"aaaaaaaa." + b"a" * 26):
        return worker("TOKEN", conn, text=text, client=b"SSH-2.0-x\n")
    tokens = keeper("TOKENS", until=LATE)
    good = tokens + token(2) + keeper("TOKEN_IS", 2, token=5)
    enroll = worker("ENROLL", 2, name=b"d9", key=KEY_LINE)
    for result in range(12):
        seed("enroll-%d" % result, good, enroll, keeper(
            "ENROLLED", 2, result=result, name=b"d9"))
    seed("enroll-twice", good, enroll, enroll)
    seed("enroll-bad-key", good, worker("ENROLL", 2, name=b"d9", key=b"x"))
    seed("enroll-bad-id", good, worker("ENROLL", 2, name=b"D 9",
                                       key=KEY_LINE))
    seed("enroll-reserved", good, worker("ENROLL", 2, name=b"enroll",
                                         key=KEY_LINE))
    seed("enroll-lost", good, enroll, keeper("PING"))
    seed("enroll-bye", good, enroll, worker("BYE", 2), keeper(
        "ENROLLED", 2, name=b"d9"))
    seed("fetch", good, worker("FETCH", 2), poll)
    seed("fetch-twice", good, worker("FETCH", 2) * 2)
    seed("token", token(2, b""), tokens, token(2, b"?"), token(2),
         keeper("TOKEN_IS", 2, reason=b"wrong\n"), token(2) * 2)
    seed("token-early", tokens, token(1))
    seed("token-none", token(2))
    seed("token-busy", tokens, token(2), keeper(
        "TOKEN_IS", 2, reason=b"busy: checking other tokens"))
    seed("token-unasked", keeper("TOKEN_IS", 2, token=5))
    seed("token-lost", tokens, token(2), keeper("PING"), token(2))
    seed("token-bye", tokens, token(2), worker("BYE", 2), keeper(
        "TOKEN_IS", 2, token=5))
    seed("token-tries", tokens, *[token(2) + keeper(
        "TOKEN_IS", 2, reason=b"wrong secret")] * 8)
    seed("login-waits", tokens, token(2), offer(2, b"d1", stand_in()))

    sign, text = exchange(1)
    seed("login", sign, login(1, hashlib.sha256(text).digest()),
         login(2, b"s" * 32))
    signed = login(2, b"s" * 32, how=SIGNED)
    seed("login-good", signed, worker("POLL", 2, version=0), worker(
        "LISTEN", 2, port=9880), worker("WAIT", 2) * 2, worker("BYE", 2))
    seed("login-twice", sign, login(
        1, hashlib.sha256(text).digest(), how=SIGNED), signed)
    seed("login-disabled", keeper("DEVICE", n=1, list=[dict(
        id=1, name=b"d1")]), signed)
    seed("login-takes-over", listen, signed, worker("LISTEN", 2, port=9880))
    digest = hashlib.sha256(stand_in()).digest()
    as_operator = gone(key, 2), keeper(
        "OPERATOR", id=3, role=3, name=b"d1", digest=digest)
    seed("login-as-operator", *as_operator, signed, worker(
        "REACH", 2, id=1, port=22, name=b"d1"), worker("LISTEN", 2))
    seed("login-not-operator", gone(key, 2), keeper(
        "OPERATOR", id=3, role=3, name=b"other", digest=digest), signed)
    seed("asks", worker("WAIT"), worker("WAIT"))
    seed("many-refused", *[worker("REFUSED", what=b"x")] * 24)
    seed("login-compat", login(2, b"s" * 32, b"ssh-rsa", KEYS["rsa"][1]))
    seed("login-rsa", login(2, b"s" * 32, b"rsa-sha2-256", KEYS["rsa"][1]))
    seed("login-other", login(2, b"s" * 32, user=b"d2"))
    seed("login-operator", login(2, b"s" * 32, blob=KEYS["ed25519"][1],
                                 user=b"op"))
    seed("login-long", worker("LOGIN", 2, datalen=9999),
         worker("LOGIN", 2, keylen=9999))
    seed("login-session", login(2, b"t" * 32))
    seed("login-empty", worker("LOGIN", 2))
    seed("sign-twice", sign, sign)
    for size in (0, 20, 31, 48, 64, 65):
        seed("sign-%d" % size, exchange(1, size)[0])
    seed("sign-cookie", exchange(1, cookie=b"c" * 16)[0])
    seed("sign-tail", exchange(1, tail=b"x")[0])
    seed("sign-nobody", exchange(9)[0])
    seed("sign-self", exchange(0)[0])
    seed("sign-rsa", exchange(1, 64, algorithm=b"rsa-sha2-512")[0])
    seed("sign-kexinit", message(
        "SIGN", 1, SIGN, hash=32, len=20, exchange=ssh(b"") * 5))
    seed("sign-long", message("SIGN", 1, SIGN, hash=32, len=12289))
    seed("rekey", exchange(3)[0] * 2, message(
        "SIGN", 3, SIGN, algorithm=b"rsa-sha2-512", hash=64, len=9))
    seed("offer", offer(1, b"d1", stand_in()), offer(2, b"d2", stand_in()),
         offer(2, b"x", b"no") * 7)
    seed("offers", offer(1, b"d1", KEYS["ed25519"][1]) * 8)

    for noun in (device, key, permit, forward, oper, 9):
        seed("gone%d" % noun, standing, listen, gone(noun), bye)
        seed("gone%d-2" % noun, gone(noun, 2))
    seed("kill", keeper("KILL", device=1), keeper("CHANGED", seq=7), bye)
    seed("kill-one", keeper("KILL", device=1, session=3),
         keeper("KILL", device=1, session=4), keeper("KILL", session=4))
    seed("penalty", keeper("PENALTY", addr=b"192.0.2.1"),
         keeper("PENALTY", addr=b"2001:db8::"), bye)
    seed("alert", keeper("ALERT", kind=1, device=1, since=1, opened=1,
                         id=b"device.gone:1:1", subject=b"d1"),
         keeper("LOADED"), poll)
    seed("mute", keeper("MUTE", id=1, until=LATE, target=b"tag:a"),
         keeper("ALERT_TEST"), keeper("GONE", noun=10, id=1))
    seed("bound", keeper("BOUND", id=1, text=b"up<8"), poll,
         keeper("GONE", noun=11, id=1))
    seed("ends", keeper("ENDS", oper=1, at=LATE, name=b"alice"))
    other = keeper("NODE", name=b"other", alive=1, addr=b"127.0.0.1:2223")
    wish = dict(device=1, dport=22, sport=22, node=b"other")
    tunnel = dict(device=1, dport=22, sport=9876, node=b"other")
    seed("node", other, keeper("NODE", name=b"other", gone=1))
    seed("wish", other, keeper("WISH", on=1, **wish), poll,
         keeper("WISH", **wish))
    seed("tunnel", other, listen, keeper("TUNNEL", open=1, **tunnel),
         keeper("TUNNEL", **tunnel), bye)
    seed("ticket", listen, keeper("TICKET", number=7, device=1, sport=9876,
                                  jump=1, asker=b"other", node=b"n"),
         keeper("TICKETED", number=7, ok=1))
    seed("lead", keeper("LEAD", on=1), keeper("SEEN", n=1, list=[
        dict(device=1, at=LATE)]), keeper("LEAD"))
    seed("sweep", listen, keeper("LOADED", seq=9), keeper("LOADED"), bye)
    seed("sweep-standing", standing, keeper("LOADED"), keeper("LOADED"))
    seed("seen", poll, keeper("LOADED"))
    seed("load-open", listen, keeper("FORWARD", id=1, device=1, expires=1,
                                     dport=22, sport=9880, state=2))
    seed("admin", keeper("ADMIN", who=b"op", what=b"key\nrevoke"), keeper(
        "STORE_STATE", reason=b"locked"), keeper("STORE_STATE", ok=1))
    seed("disable", keeper("DEVICE", n=1, list=[dict(id=1, name=b"d1")]), bye)
    seed("untagged", standing, keeper("DEVICE", n=1, list=[dict(
        id=1, enabled=1, name=b"d1", alias=b"roof")]))
    seed("bad-name", keeper("DEVICE", n=1, list=[dict(id=9, name=b"D 1")]))
    for state in range(7):
        seed("forward-%d" % state, keeper(
            "FORWARD", id=2, device=1, expires=LATE, dport=22, sport=9890,
            state=state), poll)
        seed("forward-is-%d" % state, listen, keeper(
            "FORWARD", id=1, device=1, expires=LATE, dport=22, sport=9880,
            state=state))
    seed("forward-cancelled", listen, keeper(
        "FORWARD", id=1, device=1, expires=LATE, dport=22, sport=9880,
        cancelled=1), poll)
    seed("forward-nobodys", keeper("FORWARD", id=3, device=9))
    seed("key", keeper("KEY_OF", n=1, list=[dict(
        id=9, device=2, digest=b"k" * 32)]))
    seed("permit", keeper("PERMIT", id=2, device=1, first=9000, last=9009),
         worker("LISTEN", port=9001), keeper(
             "PERMIT", id=2, device=1, first=9005, last=9009), gone(permit, 2))
    seed("permit-virtual", keeper("PERMIT", id=2, device=1, first=22, last=22,
                                  virtual=1), worker("LISTEN", port=22), poll)

    def reach(name=b"d1", port=22, id_=43):
        return worker("REACH", 4, id=id_, port=port, name=name)
    joined = worker("JOINED", jump=1, result=1)
    parted = worker("JUMP_CLOSED", 4, id=43, bytes_in=7, reason=b"closed\n")
    seed("reach", listen, reach(), joined, parted)
    seed("reach-waits", reach(), poll, listen, joined, parted)
    seed("reach-told", wait, reach(), listen, joined, worker("BYE", 4))
    seed("reach-here", listen, reach(b"127.0.0.1", 9880), joined, bye)
    seed("reach-standing", standing, reach(b"localhost", 9871), joined)
    seed("reach-refused", listen, reach(), worker("JOINED", jump=1, result=2))
    seed("reach-full", listen, reach(), worker("JOINED", jump=1, result=3))
    seed("reach-joined-badly", listen, reach(), worker(
        "JOINED", jump=2, result=1))
    seed("reach-nobody", reach(b"x"), reach(b"device"), reach(b"D1"),
         reach(b"d2"), reach(port=0), reach(b"127.0.0.1"), reach(port=23))
    seed("reach-twice", reach(), reach())
    seed("reach-gone", listen, reach(), joined, gone(device))
    seed("reach-killed", listen, reach(), joined, keeper("KILL", session=4),
         parted)
    seed("reach-withdrawn", reach(), worker("BYE", 4), poll)
    seed("reach-cancelled", listen, reach(), joined, gone(forward))
    permit_22 = keeper("PERMIT", id=2, device=1, first=22, last=22, virtual=1)
    seed("reach-device-removed", permit_22, worker("LISTEN", port=22),
         reach(), gone(device), bye, keeper("CHANGED", seq=2))
    seed("reach-taken-over", reach(port=2222), worker("LISTEN", port=2222),
         joined, parted, worker("LISTEN", port=2222), poll)
    seed("jump-closed-early", parted)
    seed("operator", keeper("OPERATOR", id=2, role=3, name=b"op2"),
         keeper("OPERATOR", id=1, role=2, name=b"op", grants=b"t",
                digest=b"k" * 32), gone(oper), gone(oper, 2))
    seed("operator-bad", keeper("OPERATOR", id=2, role=3, name=b"O p"))
    seed("operator-swept", keeper("LOADED"), worker("BYE", 4))
    seed("operator-asks", worker("POLL", 4))
    seed("command", worker("COMMAND", 4, id=1, text=b"device list"),
         worker("HUNG_UP", 4, id=1), worker("BYE", 4))


def seeds_worker():
    def seed(name, how_far, *messages):
        put("worker", name, bytes([how_far]) + b"".join(messages))

    def says(payload):
        return message(None, 0, CUT)[:3] + b"\1" + struct.pack(
            "<HB", 0, len(payload)) + payload + struct.pack("<H", len(payload))

    accepted, exchanged, asked, polls, listens, waits, operator = range(7)
    conn, close_ = message("CONN", 1, FD), message("CLOSE", 1)
    good = message("VERDICT", 1, **{"as": 1})
    wanted = message("WANTED", 1, dport=22, sport=9876)
    granted = message("LISTENING", 1, port=9000, bound=9000)
    accepted_one = message("ACCEPTED", 1, FD, port=9000, id=1,
                           addr=b"192.0.2.1", **{"from": 4711})
    unlisten = message("UNLISTEN", 1, port=9000)
    inbox = message("INBOX", 1, next=5, n=2, forwards=[
        dict(dport=22, sport=9000)])
    seed("login", asked, good, says(ssh_open()), inbox, close_)
    seed("no", asked, message("VERDICT", 1), good, says(ssh_open()))
    seed("session", polls, inbox, inbox, unlisten, message("DRAIN"), close_)
    seed("empty", polls, message("INBOX", 1), close_)
    seed("too-many", polls, message("INBOX", 1, n=64))
    seed("wanted", waits, wanted, message("WANTED", 1, sport=9876))
    seed("flooded", waits, wanted * 23)
    seed("nothing", accepted, good, inbox, granted, wanted, unlisten)
    seed("listening", listens, granted, unlisten)
    seed("refused", listens, message("LISTENING", 1, port=9000), good)
    seed("unbound", listens, message("LISTENING", 1, port=9000))
    seed("listening-fd", listens, message(
        "LISTENING", 1, FD, port=9000, bound=9000))
    seed("virtual", listens, message("LISTENING", 1, port=9000, bound=9000),
         message("JOIN", 1, FD, jump=1, port=9000), message(
             "JOIN", 1, FD, jump=2, port=9001), unlisten)
    seed("other", listens, message("LISTENING", 1, port=9, bound=9))
    seed("accepted-early", listens, accepted_one, granted, accepted_one,
         unlisten, accepted_one)
    seed("accepted-unasked", polls, accepted_one, close_, accepted_one)
    enrol = message("VERDICT", 1, **{"as": 3})
    execs = says(ssh_open()), says(ssh_exec(b"enroll 1 d9 " + KEY_LINE))
    seed("enrol", asked, enrol, *execs, message("ENROLLED", 1, name=b"d9"))
    seed("enrol-no", asked, enrol, *execs, message(
        "ENROLLED", 1, name=b"d9", refused=b"id taken"))
    install = says(ssh_open()), says(ssh_exec(b"install 1"))
    seed("install", asked, enrol, *install, message("FILE", 1, FD, size=9))
    seed("install-none", asked, enrol, *install, message("FILE", 1))
    by_key = message("VERDICT", 1, **{"as": 4})
    keyed = asked, by_key, says(ssh_open()), says(ssh_exec(b"enroll 2 d9"))
    line = says(b"\x5e" + struct.pack(">I", 43) + ssh(TOKEN_LINE))
    seed("enrol-by-key", *keyed, line, enrol, message(
        "ENROLLED", 1, name=b"d9"))
    seed("enrol-by-key-no", *keyed, line, message("VERDICT", 1), enrol)
    seed("enrol-by-key-early", *keyed, enrol, message("ENROLLED", 1), line)
    seed("install-by-key", asked, by_key, says(ssh_open()), says(
        ssh_exec(b"install 2")), line, enrol, message("FILE", 1, FD, size=9))
    seed("enrol-early", asked, message("VERDICT", 1, password=1,
                                       **{"as": 3}),
         message("FILE", 1, FD, size=9), message("ENROLLED", 1))
    seed("exec", waits, says(ssh_open()), says(ssh_exec(b"poll 1")), inbox)
    seed("cancel", listens, granted, says(
        b"\x50" + ssh(b"cancel-tcpip-forward") + b"\1" + ssh(b"h") +
        struct.pack(">I", 9000)), unlisten)
    seed("pty", polls, inbox, says(ssh_open()), says(
        b"\x62" + struct.pack(">I", 43) + ssh(b"pty-req") + b"\1"))
    jump = says(b"\x5a" + ssh(b"direct-tcpip") + struct.pack(
        ">III", 0, 99999, 9999) + ssh(b"d1") + struct.pack(">I", 22) +
        ssh(b"h") + struct.pack(">I", 22))
    reached = message("REACHED", 1, FD, id=1, ok=1)
    seed("reach", operator, jump, reached, message("JUMP_CLOSE", 1, id=1))
    seed("reach-no", operator, jump, message("REACHED", 1, id=1))
    seed("reach-inside", operator, jump, message(
        "JOIN", 1, jump=1, asker=1, id=1, port=9000), message(
            "REACHED", 1, id=1, ok=1), message("JUMP_CLOSE", 1, id=1))
    seed("reach-unasked", operator, reached, message("JUMP_CLOSE", 1, id=9), jump,
         reached, reached, close_)
    seed("join-unasked", listens, granted, message(
        "JOIN", 1, jump=1, asker=1, id=9, port=9000))
    seed("bridge", listens, granted, accepted_one, says(b"\x5b" + struct.pack(
        ">IIII", CHANNEL, 0, 99999, 9999)), says(
            b"\x60" + struct.pack(">I", CHANNEL)), unlisten)
    command = says(ssh_open()), says(ssh_exec(b"device list"))
    streams = message("STREAM", 1, FD, id=1, which=1), message(
        "STREAM", 1, FD, id=1, which=2)
    commanded = message("COMMANDED", 1, id=1, status=1, refused=b"busy")
    seed("command", operator, *command, *streams, commanded)
    seed("command-no", operator, *command, commanded, *streams, commanded)
    seed("command-unasked", operator, *streams, commanded, message(
        "STREAM", 1, FD, id=9, which=9), close_)
    seed("command-twice", operator, *command, *streams * 2, close_)
    service = says(b"\5" + ssh(b"ssh-userauth"))
    user = ssh(b"d1") + ssh(b"ssh-connection")
    seed("offer", exchanged, service, says(
        b"\x32" + user + ssh(b"publickey") + b"\0" + ssh(b"ssh-ed25519") +
        ssh(ssh(b"ssh-ed25519") + ssh(b"k" * 32))), good, close_)
    enroll = ssh(b"enroll") + ssh(b"ssh-connection")
    seed("password", exchanged, service, says(
        b"\x32" + enroll + ssh(b"none")), message("VERDICT", 1, password=1),
         says(b"\x32" + enroll + ssh(b"password") + b"\0" + ssh(b"x.y")),
         message("VERDICT", 1, password=1))
    seed("legacy", asked, good, says(ssh_open()), says(ssh_exec(b"ping.sh")),
         inbox)
    seed("unknown", exchanged, message("ACCEPTED", 2, FD), message(
        "INBOX", 9), message("CONN", 2, FD), message("CLOSE", 2))
    seed("again", exchanged, conn)
    seed("ping", exchanged, message("PING"), message("DRAIN"),
         message("PONG"))
    seed("fd", exchanged, message("SETUP", 1, FD))
    seed("cut", exchanged, message("INBOX", 1, CUT) + b"\x10\0")
    last = message("CLOSE", 1, AT_ONCE)
    join = message("JOIN", 1, FD, jump=1, port=9000)
    seed("late", listens, granted, last, message(
        "JOIN", 1, FD | AT_ONCE, jump=1, port=9000), accepted_one)
    seed("late-unlisten", listens, granted, accepted_one, last, unlisten)
    seed("late-reached", operator, jump, last, message(
        "REACHED", 1, FD | AT_ONCE, id=1, ok=1), message("REACHED", 1, id=2))
    seed("late-command", operator, *command, last, message(
        "STREAM", 1, FD | AT_ONCE, id=1, which=1), commanded)
    seed("late-inbox", polls, last, inbox)
    seed("no-room", accepted, message("CONN", 2, FD | NO_ROOM))
    seed("no-room-bridge", listens, granted, message(
        "ACCEPTED", 1, FD | NO_ROOM, port=9000, id=1, addr=b"192.0.2.1"),
         message("JOIN", 1, FD | NO_ROOM, jump=1, port=9000), join)
    seed("no-room-reach", operator, jump, message(
        "REACHED", 1, FD | NO_ROOM, id=1, ok=1))
    seed("no-room-command", operator, *command, message(
        "STREAM", 1, FD | NO_ROOM, id=1, which=1), commanded)
    seed("no-room-install", asked, enrol, *install, message(
        "FILE", 1, FD | NO_ROOM, size=9))
    seed("drain", accepted, message("DRAIN"), close_)
    seed("idle", accepted, message("DRAIN"), message("CONN", 2, FD), close_)


def ssh_exec(line, channel=43):
    return b"\x62" + struct.pack(">I", channel) + ssh(b"exec") + b"\1" + \
        ssh(line)


def ssh_open():
    return b"\x5a" + ssh(b"session") + struct.pack(">III", 0, 99999, 9999)


def seeds_setup():
    def settings(hostkeys, compat=0):
        return message("SETUP", 0, FD, compat=compat, keepalive=30,
                       keepalive_max=3, channels=64, channels_operator=256,
                       idle=5, nofile=999, hostkeys=hostkeys)
    here = message("HOSTKEY", 0, GOOD)
    begin = message(None)
    good = message("SIGNED", 0, GOOD)
    signed = message("SIGNED", 0, 0, len=64, sig=b"s" * 64)
    put("setup", "good", settings(1) + here + begin + good)
    put("setup", "two", settings(2, 1) + here * 2 + begin + good * 2)
    put("setup", "none", settings(0))
    put("setup", "many", settings(17))
    put("setup", "missing", settings(2) + here)
    put("setup", "no-socket", message("SETUP"))
    put("setup", "other", message("PING"))
    put("setup", "silent", settings(1) + here + begin)
    put("setup", "refused", settings(1) + here + begin + message("SIGNED"))
    put("setup", "wrong", settings(1) + here + begin + signed)
    put("setup", "other-conn", settings(1) + here + begin + message(
        "SIGNED", 1, len=64, sig=b"s" * 64))
    put("setup", "long", settings(1) + here + begin + message(
        "SIGNED", len=1100))
    put("setup", "longer", settings(1) + here + begin + message(
        "SIGNED", len=1101))
    put("setup", "cut", settings(1) + here + begin + message(
        "SIGNED", 0, CUT) + b"\x10\0")
    for kind, name in (("ed25519", b"ssh-ed25519"), ("rsa", b"ssh-rsa"),
                       ("ecdsa", b"ecdsa-sha2-nistp256")):
        blob = KEYS[kind][1]
        key = message("HOSTKEY", type=name, len=len(blob), blob=blob)
        cut = message("HOSTKEY", type=name, len=len(blob) - 9,
                      blob=blob[:-9])
        put("setup", kind, settings(1) + key + begin + signed)
        put("setup", kind + "-cut", settings(1) + cut + begin + signed)
    put("setup", "unknown", settings(1) + message("HOSTKEY", type=b"x"))
    put("setup", "too-long", settings(1) + message(
        "HOSTKEY", type=b"ssh-ed25519", len=1101))


# Of fuzz_session.c, in its order.
ACTS = ("say_packet", "say_packet_and", "say_bytes", "rekey", "say_no_more",
        "visit", "visitor_says", "visitor_says_no_more", "visitor_leaves",
        "time_passes", "monitor_unlistens", "monitor_wants", "monitor_drains",
        "monitor_closes", "say_packet_often", "turn_deaf",
        "visitors_turn_deaf", "monitor_pings", "monitor_joins",
        "monitor_parts", "monitor_ends_command", "monitor_hints")
CHANNEL = 43                    # libssh's first
STRANGER, DEVICE, OPERATOR, ENROL, ENROL_KEY = 1, 2, 3, 4, 5
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
    # A name that is part of another one is not in common.
    seed("part-of-name", 0, act("say_bytes", b"SSH-2.0-x\r\n" + plain(
        kexinit().replace(ssh(b"ssh-ed25519"), ssh(
            b"ssh-rsa-cert,xssh-rsa,ssh-ed25519-cert")))))
    seed("part-of-kex", 0, act("say_bytes", b"SSH-2.0-x\r\n" + plain(
        kexinit().replace(ssh(b"curve25519-sha256"), ssh(
            b"curve25519-sha256x,diffie-hellman-group14-sha1-x")))))
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
    seed("jump-parted", OPERATOR | LISTENS, jump(0), act(
        "monitor_parts", 1, 0), jump(1), act("monitor_parts", 9, 0), close())
    seed("jump-refused", OPERATOR, jump(0), jump(1, b"x" * 65))
    seed("jumps", OPERATOR | LISTENS, act("say_packet_often", 65, packet(
        90, b"direct-tcpip", 0, 99, 99, b"d1", 22, b"h", 22)[3:]), act(
            "visit", 3), act("visitor_leaves", 0), act("monitor_closes"))
    seed("jump-in-one", OPERATOR | LISTENS, packet(
        90, b"direct-tcpip", 0, 99, 99, b"d1", 22, b"h", 22,
        act_="say_packet_and"), packet(94, CHANNEL, b"x",
                                       act_="say_packet_and"),
         packet(97, CHANNEL))
    ends = act("monitor_ends_command", 1, 0)
    pty = packet(98, CHANNEL, b"pty-req", True, b"xterm", 80, 24, 0, 0, b"")
    seed("command", OPERATOR | LISTENS, session_open(), execute(b"status"),
         act("visit", 0), act("visitor_says", 0, 2, b"an answer"), packet(
             94, CHANNEL, b"input"), packet(96, CHANNEL), ends, close())
    seed("command-terminal", OPERATOR | LISTENS, session_open(), pty, pty,
         packet(98, CHANNEL, b"shell", True), packet(
             98, CHANNEL, b"window-change", False, 80, 24, 0, 0),
         act("visit", 0), act("visitor_says", 0, 9, b"x" * 1500), ends)
    seed("command-refused", OPERATOR, session_open(), execute(b"status"),
         close(), session_open(1), execute(b"x" * 1025, 44))
    seed("command-closed", OPERATOR | LISTENS, session_open(), execute(
        b"heartbeat tail -f"), act("visit", 0), close(), ends)
    seed("command-deaf", OPERATOR | LISTENS, session_open(), execute(b"x"),
         act("visit", 0), act("turn_deaf"), act("visitor_says", 0, 255,
                                                b"x" * 1500),
         act("turn_deaf"), ends, act("monitor_closes"))
    seed("command-deaf-console", OPERATOR | LISTENS, session_open(), execute(
        b"device import -"), act("visit", 0), act("visitors_turn_deaf"),
         *(act("say_packet_often", 255, bytes([94]) + struct.pack(
             ">I", CHANNEL) + ssh(b"x" * 1200)) for _ in range(2)),
         act("visitors_turn_deaf"), packet(96, CHANNEL), ends)
    seed("command-channels", OPERATOR, act("say_packet_often", 255, ssh_open()),
         act("say_packet_often", 9, ssh_open()))
    seed("command-nowhere", OPERATOR | LISTENS, packet(
        98, 99, b"pty-req", True, b"xterm", 80, 24, 0, 0, b""), execute(
            b"x", 99), session_open(), execute(b"x"), pty, act(
                "visit", 0), act("visitor_says_no_more", 0), packet(
                    95, CHANNEL, 1, b"no"), packet(94, CHANNEL, b"late"), ends)
    seed("command-drained", OPERATOR | LISTENS, session_open(), execute(b"x"),
         act("visit", 0), act("visitors_turn_deaf"), act(
             "say_packet_often", 255, bytes([94]) + struct.pack(
                 ">I", CHANNEL) + ssh(b"x" * 1200)), ends,
         packet(94, CHANNEL, b"more"), close())
    seed("wait-deaf", DEVICE, session_open(), execute(b"wait 1"), act(
        "turn_deaf"), *(act("monitor_wants", n, 9) for n in range(200)),
         wanted=9)
    hints = act("monitor_hints", 99, 0)
    seed("hints", DEVICE, hints * 2, session_open(), execute(b"poll 1"),
         session_open(1), execute(b"wait 1", 44), hints)
    seed("hints-deaf", DEVICE, session_open(0, 0, 0), execute(b"wait 1"),
         act("monitor_hints", 0xff, 9) * 9)
    seed("reset", DEVICE | LISTENS, visit, confirm(CHANNEL), act(
        "visitor_says", 0, 9, b"x" * 1500), act("visitor_leaves", 0), packet(
            94, CHANNEL, b"late"), packet(97, CHANNEL))
    seed("commands", OPERATOR | LISTENS, session_open(), execute(b"x"),
         execute(b"y"), session_open(1), execute(b"z", 44), ends,
         act("monitor_ends_command", 2, 0), act("monitor_ends_command", 3, 0),
         packet(98, CHANNEL, b"env", True, b"A", b"b"))
    seed("operator", OPERATOR | LISTENS, session_open(), execute(b"poll 1"),
         tcpip_forward(9000), packet(98, CHANNEL, b"shell", True))
    seed("install", ENROL, session_open(), execute(b"install 1"), close())
    seed("no-installer", ENROL, session_open(), execute(b"install 1"),
         session_open(1), execute(b"install 1", 44), wanted=0)
    seed("enroll", ENROL, session_open(), execute(b"enroll 1 d9 " + KEY_LINE),
         packet(98, CHANNEL, b"exec", True, b"install 1"))
    seed("enroll-refused", ENROL, session_open(), execute(
        b"enroll 1 d9 " + KEY_LINE), wanted=0)
    said = packet(94, CHANNEL, TOKEN_LINE)
    seed("install-by-key", ENROL_KEY, session_open(), execute(b"install 2"),
         said, close())
    seed("enroll-by-key", ENROL_KEY, session_open(), said,
         execute(b"enroll 2 d9"), said)
    seed("enroll-by-key-other", ENROL_KEY, session_open(), execute(
        b"enroll 1 d9 " + KEY_LINE), session_open(1), tcpip_forward(9000))
    seed("enroll-by-key-long", ENROL_KEY, session_open(), execute(
        b"enroll 2 d9"), packet(94, CHANNEL, b"x" * 65), said, wanted=0)
    seed("enroll-by-key-end", ENROL_KEY, session_open(), execute(
        b"install 2"), packet(94, CHANNEL, TOKEN_LINE[:-1]), packet(
            96, CHANNEL), packet(97, CHANNEL))
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
    bound = login_data(b"ssh-ed25519", blob).replace(
        ssh(b"publickey"), ssh(b"publickey-hostbound-v00@openssh.com"))
    put("login", "bound", sig + bound + ssh(blob))
    put("login", "bound-to-nothing", sig + bound)
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
    put("conf", "ports", b'operator-ports = {"20000-20999", "65535"}\n')
    put("conf", "operators", b'operator-listen = {"[::1]:2223"}\n'
        b"admin-by-ssh = operator-listen\n")
    put("conf", "alerts", b'alert-after-tag = {"site-a=10", "b=1"}\n'
        b'alert-quiet = "22:00-06:30"\nevent-log = "/x/y"\n')
    put("conf", "list", b"host-keys = {a, 'b'}\nevent-log=\"a\\x1b\"\n")
    for name, text in (
            ("node", 'node = "N 1"'), ("listen", "listen = {x}"),
            ("store", "store = x"), ("address", "forward-address = x"),
            ("metrics", "metrics-listen = x"),
            ("compat", "compat = x"), ("empty", 'host-keys = {""}'),
            ("networks", "proxy-from = {x}"),
            ("operators", "operator-listen = {x}"),
            ("admin", "admin-by-ssh = x"),
            ("after", "alert-after-tag = {x}"),
            ("afters", "alert-after-tag = {%s}" % ",".join(["a=1"] * 65)),
            ("quiet", "alert-quiet = 22"),
            ("nowhere", "admin-by-ssh = operator-listen"),
            ("many-networks", "proxy-from = {%s}" % ",".join(
                ["192.0.2.1"] * 65)),
            ("ports", "operator-ports = {x}"),
            ("low-port", 'operator-ports = {"1023"}'),
            ("many-ports", "operator-ports = {%s}" % ",".join(
                ["1024"] * 65)),
            ("no-listen", "listen = {}"), ("few", "workers = -1"),
            ("many", "listen = {%s}" % ",".join(["127.0.0.1:1"] * 17)),
            ("many-keys", "host-keys = {%s}" % ",".join(["k"] * 17)),
            ("endless", "node = n /* no end"), ("line", "node = n // no end"),
            ("escape", r'event-log = "a\"b" # c'), ("log", 'event-log = ""')):
        put("conf", "a-" + name, text.encode())
    put("conf", "wrong", b"max-startups = 0\nbogus { x = 1 }\n")
    put("exec", "poll", b"poll 1 up=7 load=0.2 A=x v=2.0-rc,1:2/3@4+5")
    for target in ("token", "exec"):
        put(target, "install", b"install 1")
        put(target, "poll", b"poll 1 up=1")
        put(target, "wait", b"wait 1")
        put(target, "almost", b"poll 12")
        put(target, "endless", b"poll 1 " + b"x" * 600)
        put(target, "endless2", b"poll 1 " + b"x " * 300)
        put(target, "too-long", b"x" * 1025)
        put(target, "enroll", b"enroll 1 d9 " + KEY_LINE)
        put(target, "enroll-short", b"enroll 1 d9")
        put(target, "install-2", b"install 2")
        put(target, "enroll-2", b"enroll 2 d9")
        put(target, "enroll-2-more", b"enroll 2 d9 " + KEY_LINE)
        put(target, "enroll-long", b"enroll 1 " + b"d" * 65 + b" k")
    put("token", "token", b"abcdefgh.abcdefghijklmnopqrstuvwxyz")
    put("token", "short", b"abcdefgh.abc")
    put("token", "state", b"\3\0\0\0x")
    put("token", "refusal", b"\4\0\0\0")
    for name, text in (("plain", b"device show roof"), ("quoted", b"a 'b c' "
                       b"\"d \\\" e\" f\\ g ''"), ("open", b"a 'b"),
                       ("byte", b"a\x1b"), ("many", b"x " * 129)):
        put("words", name, text)
    for number, text in enumerate((
            b"6466b34bde54", b"Device64:66:B3:4B:DE:54", b"64-66-b3-4b-de-54",
            b"6466.b34b.de54", b"devicedeviceroof", b"roof.north_2-b",
            b"192.0.2.1", b"0x7f000001", b"2001:db8:1::1234", b"localhost",
            b"enroll", b"x" * 65, b"device" + b"x" * 64, b"device")):
        put("name", str(number), text)
    put("exec", "number", b"poll 1 up=12345 n=99 load=up=7")
    put("exec", "wait", b"wait 1 up=1 up=2 n=9007199254740992 x= =y")
    put("exec", "legacy", b"/home/user/ping.sh")
    put("exec", "long", b"poll 1" + b" aaaaa=b" * 70)
    for name, text in (("forward", b"22:9876"), ("range", b"9000-9100"),
                       ("ttl", b"7d"), ("huge", b"65536:1")):
        put("ports", name, text)
    for name, more in (("open", b'"event":"open","devices":["a","b"],"count":2'),
                       ("close", b'"event":"close","duration":5,"until":'
                        b'"2026-11-28T21:31:00Z","missing":["c"]'),
                       ("deep", b'"event":"open","x":{"y":[{}]},"f":1.5,'
                        b'"b":true')):
        put("alert", name, b'{"time":"2026-11-28T21:30:00.1Z","id":"a:1",'
            b'"seq":1,"kind":"disk","subject":"\u00fc\\r\\nX: y","severity":'
            b'"critical","since":"2026-11-28T21:00:00Z","summary":"a<b>&c",'
            b'"server":"n",' + more + b"}")
    for name, text in (
            ("target", b"/device/kit%20chen?q=a%2fb#x"), ("up", b"/web/%2E./x"),
            ("end", b"/a/.."), ("cut", b"/%4"), ("back", b"/a\\..\\b"),
            ("act", b"device disable\nkitchen"),
            ("quoted", b"device tag\nkitchen\n+a b\n'\"\\\n\n"),
            ("option", b"token new\n--json\n--server\net.example:22")):
        put("page", name, text)
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


def client_hello(name, records=1 << 14):
    """As a browser's begins, in records of so many bytes."""
    extension = b"".join(struct.pack(">HH", kind, len(body)) + body
                         for kind, body in (
        (0x0a0a, b""),
        (0, b"" if name is None else struct.pack(
            ">HBH", len(name) + 3, 0, len(name)) + name),
        (43, b"\x04\x03\x04\x03\x03")) if kind or name is not None)
    body = (b"\3\3" + bytes(32) + b"\x20" + bytes(32) +
            b"\0\2\x13\1" + b"\1\0" +
            struct.pack(">H", len(extension)) + extension)
    text = b"\1" + struct.pack(">I", len(body))[1:] + body
    return b"".join(
        b"\x16\3\1" + struct.pack(">H", len(text[at:at + records])) +
        text[at:at + records] for at in range(0, len(text), records))


def seeds_visitor():
    host = b"Host: a.localhost\r\n"
    for name, text in (
            ("page", b"GET / HTTP/1.1\r\nHost: localhost:3000\r\n\r\n"),
            ("page6", b"GET / HTTP/1.1\r\nHost: [::1]:3000\r\n\r\n"),
            ("device", b"GET / HTTP/1.1\r\n" + host + b"\r\n"),
            ("port", b"GET / HTTP/1.0\r\nHost: a--81.localhost\r\n\r\n"),
            ("post", b"POST /x HTTP/1.1\r\n" + host + b"\r\n\0\n"),
            ("look", b"GET / HTTP/1.1\r\nAccept: text/html\r\n"
             b"Sec-Fetch-Dest: document\r\nUpgrade: x\r\n" + host +
             b"\r\n"),
            ("twice", b"GET / HTTP/1.1\r\n" + host * 2 + b"\r\n"),
            ("fold", b"GET / HTTP/1.1\r\n" + host + b" x\r\n\r\n"),
            ("other", b"GET / HTTP/1.1\r\nHost: x.org\r\n\r\n"),
            ("whole", b"GET http://a.localhost/ HTTP/1.1\r\n" + host +
             b"\r\n"),
            ("star", b"OPTIONS * HTTP/1.1\r\n" + host + b"\r\n"),
            ("http2", b"PRI * HTTP/2.0\r\n\r\n"),
            ("ssh", b"SSH-2.0-x\r\n"), ("lf", b"GET / HTTP/1.1\n\n"),
            ("long", b"GET / HTTP/1.1\r\nX: " + b"x" * 3000)):
        put("visitor", name, text)
    post = b"POST / HTTP/1.1\r\n" + host
    two = b"GET / HTTP/1.1\r\n" + host + b"\r\n"
    put("visitor", "sized", post + b"Content-Length: 3\r\n\r\nabc" + two)
    put("visitor", "chunked", post + b"Transfer-Encoding: chunked\r\n\r\n"
        b"3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nT: x\r\n\r\n" + two)
    put("visitor", "both", post + b"Transfer-Encoding: chunked\r\n"
        b"Content-Length: 1\r\n\r\n")
    put("visitor", "foreign", two + b"GET / HTTP/1.1\r\nOrigin: null\r\n"
        b"Sec-Fetch-Site: cross-site\r\n" + host + b"\r\n")
    put("visitor", "another", two + two.replace(b"a.", b"b."))
    put("visitor", "hello", client_hello(b"a.localhost"))
    put("visitor", "hello-port", client_hello(b"a--8443.localhost", 9))
    put("visitor", "hello-other", client_hello(b"localhost"))
    put("visitor", "hello-none", client_hello(None))


def node_hello(identity=b"0123456789abcdef", early=False, after=b""):
    """A ClientHello that offers a ticket (RFC 8446, 4.2.11)."""
    offered = struct.pack(">H", len(identity)) + identity + bytes(4)
    psk = (struct.pack(">H", len(offered)) + offered +
           struct.pack(">HB", 33, 32) + bytes(32))
    extensions = (struct.pack(">HHBH", 43, 3, 2, 0x304) +
                  (struct.pack(">HH", 42, 0) if early else b"") +
                  struct.pack(">HH", 41, len(psk)) + psk + after)
    body = (b"\3\3" + bytes(32) + b"\x20" + bytes(32) + b"\0\2\x13\1\1\0" +
            struct.pack(">H", len(extensions)) + extensions)
    text = b"\1" + struct.pack(">I", len(body))[1:] + body
    return b"\x16\3\1" + struct.pack(">H", len(text)) + text


def seeds_hello():
    put("hello", "ticket", node_hello())
    put("hello", "early", node_hello(early=True))
    put("hello", "upper", node_hello(b"0123456789ABCDEF"))
    put("hello", "short", node_hello(b"0123456789abcde"))
    put("hello", "not-last", node_hello(after=struct.pack(">HH", 21, 0)))
    put("hello", "page", client_hello(b"a.localhost"))
    put("hello", "ssh", b"SSH-2.0-x\r\n")


KEYS = keys()
seeds_messages()
seeds_monitor()
seeds_worker()
seeds_setup()
seeds_session()
seeds_keys()
seeds_text()
seeds_proxy()
seeds_visitor()
seeds_hello()
