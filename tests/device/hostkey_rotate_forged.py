#!/usr/bin/python3
"""Forged announcements: of another server under this one's address, of a server
that names another one as itself, malformed ones, and one that this server has not
made.  No pin is added or changed by any."""
import hashlib

from router import CLIENT, Key, Router, Server, SERVER_AT, check, must, run
from harness import eq

SECOND_AT = "192.0.2.9"
HEED = r"""
. "$1"
host=h.example server=h.example
while IFS= read -r line; do
	heed "$line"
done
"""


def text_of(*lines, mark=None):
    text = "".join(line + "\n" for line in lines)
    mark = mark or hashlib.md5(text.encode()).hexdigest()[:16]
    return f"{text}pins={mark}\n"


def malformed(t):
    """Nothing is kept of what is not whole and well formed."""
    key = Key(t, "forged")
    good = f"pin={key.type} {key.base64}"
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
            (etc / ".ssh/known_hosts").write_text("")
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
    return sorted(p.name for p in (r.root / "etc/et-phone-home").iterdir()
                  if p.name.startswith(("pins", "servers")))


def test(t):
    malformed(t)
    r = Router(t)
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


run(test)
