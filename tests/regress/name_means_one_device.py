#!/usr/bin/python3
"""A name means one device: a token registers no id that could be read as another
device's, or as an address, the server or an operator; nor does et-admin add one."""
from harness import Key, Server, check, eq, run
from harness.device import Listener, says
from harness.enrolment import Token
from harness.operators import operator

REAL = "6466b34bde54"
# What an operator may write for it.
TYPED = (REAL, f"device{REAL}", "64:66:b3:4b:de:54", "64:66:B3:4B:DE:54",
         "64-66-b3-4b-de-54", "device64-66-b3-4b-de-54", "roof", "deviceroof")
LOOKALIKES = (f"device{REAL}", "64-66-b3-4b-de-54", "6466b3-4bde54",
              "6466.b34b.de54", "6466b34bde54_", "deviceroof", "device",
              "device-7", f"devicedevice{REAL}")
ADDRESSES = ("127.0.0.1", "192.0.2.7", "0.0.0.42", "0x7f000001", "1.2")
RESERVED = ("enroll", "server", "fleet", "all", "localhost",
            "localhost.localdomain", "ip6-localhost", "et-sshd", "root")


def tokens(t, server, token):
    """Over real ssh and dbclient; nothing of the token is used up."""
    mallory = Key(t, "mallory")
    for client in ("dbclient", "ssh"):
        for name in LOOKALIKES + ADDRESSES + RESERVED:
            done = token.enroll(name, mallory, client)
            eq((done.code, done.out), (1, "refused bad id\n"),
               f"{name} by {client}")
    done = token.enroll("alice", mallory)
    eq((done.code, done.out), (1, "refused id taken\n"), "an operator's name")
    eq([r["device"] for r in server.admin_json("device", "list")], [REAL],
       "devices")
    eq(server.admin_json("token", "list")[0]["uses_left"], 8, "uses left")


def refused(server, *words):
    """By a line that says which name it is, why, and what to do."""
    done = server.admin(*words)
    check(done.code == 1 and done.err.count("\n") == 1 and
          "is not allowed: " in done.err, f"{words}: {done}")


def admins(t, server, token):
    """Each command that gives a name."""
    key = Key(t, "bob")
    for name in ("device-7", *ADDRESSES, *RESERVED, "6466.b34b.de55"):
        refused(server, "device", "add", name)
        refused(server, "device", "rename", REAL, name)
        refused(server, "token", "new", "--server", "h:22", "--device", name)
        refused(server, "operator", "add", name, "--key", key.pub, "--role",
                "admin")
        done = server.admin("device", "import", "-", data=f"{name}\n".encode())
        check(done.code == 1 and f'stdin:1: id "{name}" is not allowed: '
              in done.err, str(done))
    # An alias and an operator's name are taken as they are written, or not.
    for name in (*LOOKALIKES, *ADDRESSES, *RESERVED, "Roof", "alice"):
        refused(server, "device", "alias", REAL, name)
        refused(server, "device", "add", "attic", "--alias", name)
    for name in (*LOOKALIKES, "Bob"):
        refused(server, "operator", "add", name, "--key", key.pub, "--role",
                "admin")
    for name in (REAL, "roof"):
        done = server.admin("operator", "add", name, "--key", key.pub,
                            "--role", "admin")
        check(done.code == 1 and f"device {REAL} has that" in done.err,
              str(done))
    # A new id is made canonical, and that is said: it is taken already.
    for name in (*TYPED[1:], "alice"):
        done = server.admin("device", "add", name)
        check(done.code == 1 and
              ("has that id" in done.err or "operator has that" in done.err),
              str(done))
    eq([r["device"] for r in server.admin_json("device", "list")], [REAL],
       "devices")
    done = server.admin("device", "add", "DeviceAA-BB-CC-DD-EE-FF").ok()
    check("is stored as aabbccddeeff" in done.err and
          "device aabbccddeeff added" in done.out, str(done))


def jumps(server, real, alice):
    """By ssh -W and dbclient -B: all that it may be called leads to it."""
    port = Listener(server.case, says(b"real")).port
    server.admin_ok("permit", "add", REAL, "22", "--virtual")
    real.tunnel((port, 22))
    server.events.wait("forward.open", device=REAL)
    for name in TYPED:
        for client, option in (("ssh", "-W"), ("dbclient", "-B")):
            word = f"[{name}]:22" if client == "ssh" else f"{name}:22"
            if ":" in name and client == "dbclient":
                continue        # it takes the first colon for the port's
            done = server.case.run(alice.argv(client, option, word), data=b"")
            check(done.out.startswith("real"), f"{name} by {client}: {done}")
    for name in ("127.0.0.1", "64:66:b3:4b:de:54:00", "2001:db8:1::1234",
                 f"devicedevice{REAL}", "6466.b34b.de54"):
        eq(alice.open(name, 22), None, name)


def test(t):
    server = Server(t)
    token = Token(server, "--uses", "9", "--tag", "lab")
    real = token.device(REAL)
    alice = operator(server, "alice", "operator", "lab")
    tokens(t, server, token)
    server.admin_ok("device", "alias", REAL, "roof")
    admins(t, server, token)
    jumps(server, real, alice)


run(test)
