#!/usr/bin/python3
"""Members of et-phone-home-admin run et-admin without being root: their names are
in the events, the store's files stay its owner's, and they get nothing else of
the owner's.  Others are told what to do."""
import json

from machine import CONFDIR, check, configured, eq, eventually, installed, run
from pages import serve

STATE = f"{configured('localstatedir')}/lib/et-phone-home"
GROUP = "et-phone-home-admin"


class User:
    def __init__(self, m, name, *groups):
        self.m, self.name = m, name
        m.ok(f"useradd -m {name}")
        for group in groups:
            m.ok(f"usermod -aG {group} {name}")

    def sh(self, line, **more):
        return self.m.run("runuser", "-l", self.name, "-c", line, **more)

    def refused(self, line, *words):
        done = self.sh(line)
        check(done.code != 0 and all(w in done.err for w in words),
              f"{line}: {done}")
        return done


def files(m):
    return m.ok(f"stat -c '%n %U %G %a' {STATE} {STATE}/store.db*")


def admins(m):
    out = m.ok("journalctl -u et-sshd -o cat --no-pager | grep '^{'")
    found = [json.loads(line) for line in out.splitlines()]
    return [(e["operator"], e["reason"]) for e in found
            if e["event"] == "admin"]


def everyday(m, alice):
    """What changes, who did it, and what the files are then."""
    before, done = files(m), len(admins(m))
    alice.sh("et-admin device add unit-1 --tag roof").ok()
    eq(json.loads(alice.sh("et-admin --json device list").ok().out)["device"],
       "unit-1", "device list")
    for name in ("key", "own"):
        alice.sh(f"ssh-keygen -q -t ed25519 -N '' -f {name}").ok()
    alice.sh("et-admin key add unit-1 - <key.pub").ok()
    alice.sh("et-admin operator add alice --role admin "
             "--key - <own.pub").ok()
    check("Paste one" in alice.sh("et-admin token new --server s.example")
          .ok().out, "token new prints the command")
    alice.sh("et-admin device remove unit-1").ok()
    eq(alice.sh("et-admin --json device list").ok().out, "", "is left")
    eventually(lambda: ("alice", "device remove unit-1") in admins(m),
               what="the member's name in the events")
    eq({who for who, _ in admins(m)[done:]}, {"alice"}, "who")
    m.ok("et-admin device add unit-2; et-admin device remove unit-2")
    eq(files(m), before, "owners and modes")
    eq({line.split()[1] for line in before.splitlines()}, {"et-phone-home"},
       "their owner")
    # By whom they are made anew does not matter either.
    m.ok(f"systemctl stop et-sshd; rm -f {STATE}/store.db-*")
    alice.sh("et-admin device add unit-3").ok()
    m.ok("systemctl start et-sshd")
    eq(files(m), before, "owners and modes, made by a member")
    alice.sh("et-admin status").ok()


def statuses(alice):
    """The streams and the exit status are the command's own."""
    eq(alice.sh("et-admin device remove nobody").code, 1, "refused")
    eq(alice.sh("et-admin device").code, 2, "usage")
    check("et-admin device list" in alice.sh("et-admin help device").ok().out,
          "help")
    done = alice.sh("et-admin device list | head -c 0; et-admin device list "
                    ">&-; et-admin status >/dev/full")
    check(done.code != 0 and "output" in done.err, f"a full device: {done}")


def nothing_more(m, alice):
    """No file, no program, no other store, no host key, no root."""
    m.ok("install -o et-phone-home -m 600 /dev/null /tmp/theirs")
    for line in (f"et-admin key add unit-3 {CONFDIR}/ssh_host_ed25519_key.pub",
                 "et-admin device import /etc/passwd"):
        alice.refused(line, "not permitted")
    alice.refused(f"et-admin -s sqlite:{STATE}/store.db device list",
                  "ermission denied")
    alice.refused("et-admin forward open unit-3 22:9999 --ssh", "root")
    alice.refused("et-admin connect unit-3", "needs root", "sudo")
    alice.refused("et-admin hostkey generate", "needs root", "sudo")
    alice.refused("et-admin hostkey show", "needs root", "sudo")
    alice.refused("et-admin log generate", "needs root", "sudo")
    alice.refused(f"cat {STATE}/store.db", "ermission denied")
    alice.refused(f"cat {CONFDIR}/ssh_host_ed25519_key", "ermission denied")
    # Words that the member's own et-admin would not send.
    said = alice.sh("cat >ask.py && python3 ask.py", data=ASK.encode()).ok()
    eq([line for line in said.out.splitlines() if line[:1].isdigit()],
       ["1", "1", "1", "2", "0"], f"answers: {said}")
    m.ok("et-admin status")


ASK = """
import array, os, socket, struct

def ask(*words, fds=(0, 1, 2)):
    s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    s.connect("/run/et-admin.sock")
    text = b"".join(w.encode() + b"\\0" for w in ("et-admin", *words))
    s.sendmsg([text], [(socket.SOL_SOCKET, socket.SCM_RIGHTS,
                        array.array("i", fds))])
    got = s.recv(4)
    print(struct.unpack("i", got)[0] if got else "gone", flush=True)

ask("connect", "unit-3", "-o", "ProxyCommand=touch /tmp/pwned")
ask("-s", "sqlite:/tmp/other.db", "device", "list")
ask("hostkey", "generate")
ask("member-serve")
ask("device", "show", "unit-3")
assert not os.path.exists("/tmp/pwned") and not os.path.exists("/tmp/other.db")
"""


def leaves(m, alice):
    """A member who leaves takes the process along."""
    out = alice.sh("timeout 2 et-admin heartbeat tail -f; echo $?").out
    check(out.endswith("124\n"), f"it goes on until then: {out}")
    eventually(lambda: "et-admin@" not in m.ok(
        "systemctl list-units --no-legend 'et-admin@*' || :"),
        what="no process of a member's")


def test(t):
    m = installed(t)
    serve(m)
    alice, bob = User(m, "alice", GROUP), User(m, "bob")
    everyday(m, alice)
    statuses(alice)
    nothing_more(m, alice)
    leaves(m, alice)
    bob.refused("et-admin device list", "sudo", f"usermod -aG {GROUP}")
    m.ok(f"gpasswd -d alice {GROUP}")
    alice.refused("et-admin device list", "sudo", f"usermod -aG {GROUP}")
    m.ok("systemctl stop et-admin.socket")
    bob.refused("et-admin device list", "sudo", "et-admin.socket")
    eq(m.ok("systemctl is-active et-sshd"), "active\n", "the server goes on")
    m.power("poweroff")


run(test)
