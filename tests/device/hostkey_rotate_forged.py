#!/usr/bin/python3
"""Forged announcements: of another server under this one's address, of a server
that names another one as itself, malformed ones, one that this server has not
made, and those of a worker that was taken over: it has sessions that the host key
authenticated, but not that key.  No pin is added or changed by any."""
import hashlib
import shutil

from announcing import announcement, marked, pin_of
from router import (CLIENT, Key, Router, Server, SERVER_AT, check, eventually,
                    must, run)
from harness import eq

SECOND_AT = "192.0.2.9"
REFUSED = "refused: not signed by its pinned key, or not newer"
HEED = r"""
. "$1"
host=h.example server=h.example
while IFS= read -r line; do
	heed "$line"
done
"""


def malformed(t):
    """Nothing is kept of what is not whole and well formed, signed or not."""
    key, pinned = Key(t, "forged"), Key(t, "pinned")
    good = f"pin={key.type} {key.base64}"

    def text_of(*lines, mark=None):
        text = announcement(t, pinned, *lines)
        return marked(text) if mark is None else f"{text}pins={mark}\n"
    other = [text_of(good, mark="0123456789abcdef"), text_of(good, mark="*"),
             text_of(good, mark=hashlib.md5((good + "\n").encode()).hexdigest()),
             "pins=\n", "pins=d41d8cd98f00b204\n", good + "\n",
             text_of(good + " x"), text_of("pin=ssh-dss AAAAB3Nz"),
             text_of("pin=ssh-rsa"), text_of("pin=ssh-rsa AAAA$(id)"),
             text_of("server=-oProxyCommand=x"), text_of("server=a b"),
             text_of("server=../x:1"), text_of("server=x:0"),
             text_of(good, "server=x:99999")]
    for shell in (["dash"], ["busybox", "ash"]):
        for n, said in enumerate([*other, text_of(good)]):
            etc = t.dir / f"etc-{shell[0]}-{n}"
            (etc / ".ssh").mkdir(parents=True)
            (etc / ".ssh/known_hosts").write_text(
                f"h.example {pinned.type} {pinned.base64}\n")
            env = {"PATH": "/usr/bin:/bin", "ET_SOURCED": "1",
                   "ET_ETC": str(etc), "ET_RUN": str(t.dir)}
            t.run([*shell, "-c", HEED, "sh", CLIENT], env=env,
                  data=said.encode())
            eq([p.name for p in etc.iterdir() if p.name != ".ssh"],
               ["pins-h.example"] if n == len(other) else [],
               f"{shell}: what is kept of {said!r}")


def known(r):
    return (r.root / "etc/et-phone-home/.ssh/known_hosts").read_text()


def kept(r):
    """Where keys or names to come are."""
    return sorted(p.name for p in (r.root / "etc/et-phone-home").iterdir()
                  if p.name.startswith(("pins", "servers")) and
                  any(x in p.read_text() for x in ("pin=", "server=")))


def status(server):
    """How many are ready, and why the one device is not."""
    row, = server.admin_json("hostkey", "rotate", "status")
    return row["ready"], row["missing"][0]["why"]


def taken_over(t, r):
    """What a worker can say, in a session that is authenticated: here the monitor
    says it, since it relays the file as it is."""
    server, evil, second = r.server, Key(t, "evil"), Key(t, "other-server")
    path = server.hostkeys[0].openssh
    path = path.with_name(path.name + ".announced")
    lines = (pin_of(evil), "server=evil.example:1")
    before = known(r), kept(r)
    shutil.copy(r.device.key.openssh, r.root / "etc/et-phone-home/id_ssh")
    r.add_program("ssh", "usr/bin/ssh")
    for client in ("dbclient", "ssh"):
        r.configure(client=client)
        if client == "ssh":
            r.remove_program("usign")
            r.add_program("ssh-keygen", "usr/bin/ssh-keygen")
        for text in ("".join(f"{x}\n" for x in lines),
                     announcement(t, evil, *lines),
                     announcement(t, second, *lines)):
            after = server.events.mark()
            path.write_text(text)
            server.events.wait("hostkeys", after=after, reason="announced")
            for _ in range(2):
                r.phone("poll").ok()
            server.events.wait("heartbeat", after=after, device=r.ident,
                               health=lambda h: h.get("pins") == "bad")
            eq((known(r), kept(r)), before, f"{client}: not {text}")
            eventually(lambda: status(server) == (0, REFUSED),
                       what="status says so", every=0.1)
            after = server.events.mark()
            path.write_text("")
            server.events.wait("hostkeys", after=after)
            r.phone("poll").ok()
            server.events.wait("hostkeys.unknown", after=after, pins="bad",
                               device=r.ident)


def test(t):
    malformed(t)
    r = Router(t)
    r.add_usign()
    before = known(r)

    # Another server at this address announces keys of its own.
    r.server.stop()
    port = r.server.port
    false = Server(t, "false", listen=[f"{SERVER_AT}:{port}"], rsa=True)
    false.admin_ok("device", "add", r.ident, "--key", r.device.key.pub)
    false.admin("hostkey", "rotate", "begin").ok()
    false.events.wait("hostkeys", reason="announced")
    done = r.phone("poll", timeout=30)
    check(done.code == 1 and "NOT the pinned one" in done.err, f"{done}")
    eq((known(r), kept(r)), (before, []), "nothing is added")
    false.stop()

    # A second server, pinned too, says that the first one's address is its own.
    r.server.set(listen=[f"{SERVER_AT}:{port}"])
    r.server.start()
    must("ip", "addr", "add", f"{SECOND_AT}/24", "dev", "inet")
    second = Server(t, "second", listen=[f"{SECOND_AT}:0"], rsa=True)
    second.admin_ok("device", "add", r.ident, "--key", r.device.key.pub)
    second.admin("hostkey", "rotate", "begin").ok()
    second.admin("hostkey", "rotate", "server", f"{SERVER_AT}:{port}").ok()
    second.events.wait("hostkeys", reason="announced")
    pins = before + "".join(f"{SECOND_AT} {k.type} {k.base64}\n"
                            for k in second.hostkeys)
    (r.root / "etc/et-phone-home/.ssh/known_hosts").write_text(pins)
    r.configure(server=f"{SECOND_AT}:{second.port}")
    r.phone("poll").ok()
    eq((known(r), kept(r)), (pins, [f"pins-{SECOND_AT}"]),
       "the first server's pins are its own")

    # What this server has not announced, it has the device forget, and says so.
    r.configure()
    forged = Key(t, "worker")
    mark = "00112233445566aa"
    (r.root / f"etc/et-phone-home/pins-{SERVER_AT}").write_text(
        f"{mark}\npin={forged.type} {forged.base64}\n")
    r.phone("poll").ok()
    r.server.events.wait("hostkeys.unknown", device=r.ident, pins=mark)
    eq((known(r), kept(r)), (pins, [f"pins-{SECOND_AT}"]), "forgotten")
    r.phone("poll").ok()
    eq(len(r.server.events.find("hostkeys.unknown")), 1, "said once")
    taken_over(t, r)


run(test)
