#!/usr/bin/python3
"""What contrib/debian/libssh.sh builds, installed beside a server that was built
with Debian's libssh: key exchange is post-quantum for et-sshd, nothing else uses
it, old clients log in as before; removed, all is as it was.

ETPH_LIBSSH is the folder of libssh.sh --build-only: tests/run.sh --long."""
import json
import os
import pathlib

from machine import Skip, check, configured, eq, eventually, installed, run
from pages import serve

PACKAGE = "et-phone-home-libssh"
HYBRID = "sntrup761x25519-sha512@openssh.com"   # also OpenSSH 9.2's
POLL = f"ssh -p 2222 -i /root/id -o KexAlgorithms={HYBRID} " \
    "-o StrictHostKeyChecking=no unit-1@127.0.0.1 'poll 1'"


def package():
    folder = os.environ.get("ETPH_LIBSSH")
    if not folder:
        raise Skip("ETPH_LIBSSH names no folder of libssh.sh --build-only")
    deb, = pathlib.Path(folder).glob(f"{PACKAGE}_*.deb")
    return deb


def starts(m):
    """Whether key exchange was post-quantum, by start."""
    out = m.ok("journalctl -u et-sshd -o cat --no-pager")
    events = [json.loads(line) for line in out.splitlines()
              if line.startswith("{")]
    return [e["post_quantum"] for e in events if e["event"] == "start"]


def library(m):
    """Which libssh a worker that runs has."""
    pid = m.ok("pgrep -f '^et-sshd-worker' || pgrep -x et-sshd-worker").split()
    out = m.ok(f"grep -o '/[^ ]*libssh.so[^ ]*' /proc/{pid[0]}/maps")
    return set(out.split())


def device(m):
    m.ok("ssh-keygen -q -t ed25519 -N '' -f /root/id; "
         "dropbearkey -t ed25519 -f /root/id.db")
    m.ok("et-admin device add unit-1 --key /root/id.pub; "
         "dropbearkey -y -f /root/id.db | grep ^ssh- >/root/db.pub; "
         "et-admin device add unit-2 --key /root/db.pub")


def dbclient(m):
    return m.ok("dbclient -y -i /root/id.db -p 2222 unit-2@127.0.0.1 'poll 1'")


def without_network(m):
    """It says what it lacks, and nothing has changed."""
    script = pathlib.Path(configured("prefix")) / \
        "share/et-phone-home/libssh.sh"
    done = m.run(script, timeout=120)
    eq(done.code, 3, f"libssh.sh without a network: {done}")
    check("nothing is installed" in done.err, done.err)
    eq(m.ok("ls -A /tmp | grep et-libssh || :"), "", "what it left")


def test(t):
    deb = package()
    m = installed(t)
    (m.root / "root/libssh.deb").write_bytes(deb.read_bytes())
    serve(m)
    device(m)
    eq(starts(m), [False], "starts with Debian's libssh")
    check(m.sh(POLL).code != 0, f"{HYBRID} with Debian's libssh")
    before = m.ok("ldconfig -p | grep libssh")
    without_network(m)

    m.ok("apt-get -y install /root/libssh.deb", timeout=120)
    eventually(lambda: starts(m) == [False, True], what="it restarts once")
    check(all(p.startswith("/usr/lib/et-phone-home/") for p in library(m)),
          library(m))
    eq(m.ok("ldconfig -p | grep libssh"), before, "what others use")
    check("key exchange is post-quantum: " in m.ok("et-sshd -t"), "-t")
    eq(m.ok(POLL), "0\n", "a poll by OpenSSH")
    eq(dbclient(m), "0\n", "a poll by dbclient")
    eventually(lambda: "key exchange is post-quantum" in m.ok("et-admin doctor"),
               what="doctor says it")
    # A package of the server can be built here, and needs Debian's.
    worker = m.ok("find /usr -name et-sshd-worker -type f").strip()
    m.ok("mkdir -p /root/b/debian; printf 'Source: b\\n\\nPackage: b\\n"
         "Architecture: any\\n' >/root/b/debian/control")
    check("libssh-4 (>= 0.10" in m.ok(f"cd /root/b; dpkg-shlibdeps -O {worker}"),
          "dpkg-shlibdeps")

    m.ok(f"apt-get -y remove {PACKAGE}", timeout=120)
    eventually(lambda: starts(m) == [False, True, False], what="it goes back")
    eq(m.ok("test ! -e /usr/lib/et-phone-home && echo gone"), "gone\n",
       "the folder")
    eq(dbclient(m), "0\n", "a poll by dbclient")
    m.power("poweroff")


run(test)
