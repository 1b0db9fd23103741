#!/usr/bin/python3
"""An announcement is noted if the pinned host key has signed it, and no other:
with usign and with ssh-keygen, in dash and in ash.  Unsigned, signed by another
key, of another purpose, changed, or not newer than the last: nothing is noted, and
what was noted stays.  With neither program nothing is noted."""
import shutil

from announcing import SERIAL, announcement, marked, pin_of
from router import CLIENT, Key, Skip, check, run
from harness import eq

HOST = "h.example"
HEED = r"""
. "$1"
host=h.example server=h.example home=${2:-$home}
while IFS= read -r line; do
	heed "$line"
done
announced
echo "$pins"
"""
APPLETS = """basename cat cp cut date grep head md5sum mkdir mv rm sed sort sync
tail tr wc""".split()
SHELLS = (["dash"], ["busybox", "ash"])
VERIFIERS = {"usign": "signify-openbsd", "ssh-keygen": "ssh-keygen"}


class Device:
    """What a device's client makes of lines that it is told, one by one."""

    def __init__(self, t, shell, verifier, pinned):
        self.t, self.shell = t, shell
        self.at = t.dir / f"{shell[-1]}-{verifier}-{pinned.count(chr(10))}"
        self.etc, path = self.at / "etc", self.at / "bin"
        (self.etc / ".ssh").mkdir(parents=True)
        (self.at / "run").mkdir()
        path.mkdir()
        (self.etc / ".ssh/known_hosts").write_text(pinned)
        for name in APPLETS:
            (path / name).symlink_to(shutil.which(name))
        if verifier in VERIFIERS:
            found = shutil.which(VERIFIERS[verifier])
            if found is None:
                raise Skip(f"no {VERIFIERS[verifier]} here")
            (path / verifier).symlink_to(found)
        self.argv = [shutil.which(shell[0]), *shell[1:]]
        self.env = {"PATH": str(path), "ET_SOURCED": "1",
                    "ET_ETC": str(self.etc), "ET_RUN": str(self.at / "run")}

    def told(self, text, home=""):
        """Returns what it says of it with its next poll: pins=.  home: where the
        client has the keys that the session came by, if not the pinned ones."""
        done = self.t.run([*self.argv, "-c", HEED, "sh", CLIENT, home],
                          env=self.env,
                          data=text.encode()).ok()
        return done.out.strip()

    def noted(self):
        path = self.etc / f"pins-{HOST}"
        lines = path.read_text().splitlines() if path.exists() else []
        return [line for line in lines if line.startswith(("pin=", "server="))]


def forged(t, pinned, other, evil):
    """Each is like the one that is good but for one thing."""
    pin, name = pin_of(evil), "server=evil.example:1"
    good = announcement(t, pinned, pin_of(other))
    unsigned, usign, sshsig = (
        "".join(line for line in good.splitlines(True) if keep(line))
        for keep in (lambda x: "sig" not in x.split("=")[0],
                     lambda x: x.startswith("usign="),
                     lambda x: x.startswith("sshsig=")))
    return {
        "unsigned": f"serial={SERIAL}\n{pin}\n{name}\n",
        "without a serial": f"{pin}\n",
        "empty signatures": f"serial={SERIAL}\n{pin}\nusign=\nsshsig=\n",
        "another server's": announcement(t, other, pin),
        "the worker's own": announcement(t, evil, pin, name),
        "a line more": f"{unsigned}{name}\n{usign}{sshsig}",
        "a key changed": good.replace(pin_of(other), pin),
        "a serial changed": good.replace(str(SERIAL), str(SERIAL + 1)),
        "another purpose": announcement(t, pinned, pin, purpose="x\n",
                                        namespace="file"),
    }


def refuses(t, device, pinned, other, evil, what):
    for name, text in forged(t, pinned, other, evil).items():
        eq(device.told(marked(text)), "bad", f"{what}: {name}: what it says")
        eq(device.noted(), [], f"{what}: {name}")


def takes(t, device, pinned, evil, keys, what):
    """A good one, and none that is not newer."""
    one, two, three, past = keys
    first, second, third, before = (
        marked(announcement(t, pinned, pin_of(k), serial=s))
        for k, s in ((one, SERIAL), (two, SERIAL + 1), (three, SERIAL + 2),
                     (past, SERIAL - 1)))
    mark = [x.splitlines()[-1][5:] for x in (first, second, third)]
    for text in (first, "pins=0\n"):
        eq(device.told(text, home="/nonexistent"), "0", f"{what}: by other keys")
        eq(device.noted(), [], f"{what}: nothing is noted in such a session")
    eq(device.told(first), mark[0], f"{what}: a good one")
    eq(device.noted(), [pin_of(one)], f"{what}: it is noted")
    for text in (before, marked(f"serial={SERIAL + 9}\n{pin_of(evil)}\n")):
        eq(device.told(text), mark[0], f"{what}: an older one, an unsigned one")
        eq(device.noted(), [pin_of(one)], f"{what}: what was noted stays")
    eq(device.told(second), mark[1], f"{what}: a newer one")
    eq(device.told(first), mark[1], f"{what}: the first, told again")
    eq(device.noted(), [pin_of(two)], f"{what}: the newer one stays")
    eq(device.told("pins=0\n"), "0", f"{what}: its end")
    eq(device.noted(), [], f"{what}: is forgotten")
    for text in (first, second):
        eq(device.told(text), "bad", f"{what}: one that has ended")
        eq(device.noted(), [], f"{what}: is not noted again")
    # Lines behind the signatures count for nothing.
    eq(device.told("pins=0\n"), "0", f"{what}: clean again")
    eq(device.told(third), mark[2], f"{what}: the next one")
    text = announcement(t, pinned, pin_of(one), serial=SERIAL + 3)
    device.told(marked(text + f"{pin_of(evil)}\nserver=evil.example\n"))
    eq(device.noted(), [pin_of(one)], f"{what}: lines behind the signatures")


def test(t):
    pinned, other, evil = (Key(t, n) for n in ("pinned", "other", "evil"))
    rsa = Key(t, "rsa", "rsa")
    keys = [Key(t, n) for n in ("one", "two", "three", "past")]
    known = (f"second.example {other.type} {other.base64}\n"
             f"{HOST} {rsa.type} {rsa.base64}\n"
             f"{HOST} {pinned.type} {pinned.base64} a comment\n")
    good = marked(announcement(t, pinned, pin_of(other)))
    for shell in SHELLS:
        for verifier in VERIFIERS:
            device = Device(t, shell, verifier, known)
            what = f"{shell[-1]}, {verifier}"
            refuses(t, device, pinned, other, evil, what)
            takes(t, device, pinned, evil, keys, what)
        device = Device(t, shell, "neither", known)
        eq(device.told(good), "notool", f"{shell}: without a program")
        eq(device.noted(), [], f"{shell}: nothing is noted")
        device = Device(t, shell, "usign", known.rsplit(HOST, 1)[0])
        eq(device.told(good), "nokey", f"{shell}: no ed25519 key is pinned")
        eq(device.noted(), [], f"{shell}: nothing is noted without it")
        check(device.told("pins=0\n") == "0", "until it is over")


run(test)
