#!/usr/bin/python3
"""Server, device and operator, each a machine with a real systemd, on one
network: the package is installed, the printed line is pasted, ssh -J leads to
the device; and does so after a reload, a rotation of the log, a reboot of
either, and a disk that was full.  A purge leaves nothing."""
import json
import re
import shutil

from machine import Machine, check, eq, eventually, run
from network import Network
from packages import SERVER, packages

NAME = "server.example"
ID = "kitchen-1"
LOG = "/var/log/et-phone-home/events.log"
STATE, LOGS = "/var/lib/et-phone-home", "/var/log/et-phone-home"
LOGIN = """[Service]
ExecStart=dropbear -F -E -R -p 22
[Install]
WantedBy=multi-user.target
"""
FULL = 40               # changes, more than what is left in the store's files


class Scene:
    def __init__(self, t):
        folder, debs = packages(t)
        self.t, self.net = t, Network(t)
        self.server, self.device, self.operator = [
            Machine(t, name, network=self.net.join(name))
            for name in ("server", "device", "operator")]
        self.all = (self.server, self.device, self.operator)
        hosts = self.net.hosts(server=NAME)
        for m in self.all:
            (m.root / "etc/hosts").write_text(hosts)
        shutil.copy(debs[SERVER], self.server.root / "root/server.deb")
        for m in self.all:
            m.boot()

    def admin(self, *words):
        out = self.server.run("et-admin", "--json", *words).ok().out
        return [json.loads(line) for line in out.splitlines()]

    def events(self, *names):
        text = self.server.ok(f"cat {LOG}")
        return [e for e in map(json.loads, text.splitlines())
                if e["event"] in names]

    def cut(self):
        """The device's connections that have ended, in this log."""
        return [e for e in self.events("session.close") if "device" in e]

    def holds(self):
        """The device holds a connection, as the store has it."""
        return [d["connected"] for d in self.admin("device", "list")] == [True]

    def jump(self, words="cat /etc/hostname"):
        return self.operator.run("ssh", "-J", f"alice@{NAME}:2222",
                                 f"root@{ID}", words)

    def reached(self, when):
        eventually(self.holds, what=f"{when}: the device is connected",
                   every=0.1)
        eq(self.jump().ok().out, "device\n", f"{when}: ssh -J says")

    def pid(self):
        return self.server.ok("systemctl show -P MainPID et-sshd")


def install(s):
    s.server.ok("dpkg -i /root/server.deb", timeout=300)
    s.server.ok(f"echo 'event-log = \"{LOG}\"' "
                ">>/etc/et-phone-home/et-sshd.conf; systemctl restart et-sshd")
    eq(s.server.ok("systemctl is-active et-sshd"), "active\n", "the server")


def enrol(s):
    """The line that the server prints, pasted; it then holds a connection."""
    s.device.ok("rm -rf /root/.ssh; mkdir -m 700 /root/.ssh; "
                "mkdir -p /etc/dropbear")
    row, = s.admin("token", "new", "--server", NAME, "--tag", "site")
    s.device.run("env", f"ET_ID={ID}", "sh", "-c", row["dropbear"]).ok()
    s.device.set_client("mode = wait", "interval = 2")
    (s.device.root / "etc/systemd/system/login.service").write_text(LOGIN)
    s.device.ok("systemctl daemon-reload; systemctl enable --now login")


def add_operator(s):
    """What the server prints for ~/.ssh is all that is there."""
    m = s.operator
    m.ok("rm -rf /root/.ssh; mkdir -m 700 /root/.ssh; "
         "ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/id_ed25519; "
         f"printf 'Host {ID}\\n StrictHostKeyChecking accept-new\\n"
         "Host *\\n StrictHostKeyChecking yes\\n BatchMode yes\\n' "
         ">/root/.ssh/config")
    key = (m.root / "root/.ssh/id_ed25519.pub").read_text()
    (s.server.root / "root/alice.pub").write_text(key)
    (s.device.root / "root/.ssh/authorized_keys").write_text(key)
    out = s.server.ok("et-admin operator add alice --key /root/alice.pub "
                      f"--role operator --tag site --server {NAME}")
    known = re.findall(rf"(?m)^\s*(\[{NAME}\]:2222 ssh-.*)$", out)
    check(known, out)
    (m.root / "root/.ssh/known_hosts").write_text("\n".join(known) + "\n")


def rotate(s):
    """The log is another file, and nobody is cut."""
    before = s.pid(), len(s.cut())
    s.server.ok("systemctl reload et-sshd")
    eventually(lambda: s.events("reload"), what="an event of the reload")
    eq((s.pid(), len(s.cut())), before, "the server, and who was cut")
    s.reached("after a reload")
    s.server.ok("logrotate --force /etc/logrotate.d/et-phone-home-server")
    s.reached("after a rotation")
    eventually(lambda: s.events("jump.open"), what="events in the new log")
    eq((s.pid(), s.cut()), (before[0], []), "the server, and who was cut")


def reboot(s):
    s.server.reboot()
    s.reached("after the server's reboot")
    s.device.reboot()
    s.reached("after the device's reboot")


def small(s, folder, size):
    """The folder is on a file system of its own, with what it had."""
    s.server.ok(f"mkdir /mnt/old; cp -a {folder}/. /mnt/old/; "
                f"mount -t tmpfs -o size={size} tmpfs {folder}; "
                f"chown --reference=/mnt/old {folder}; "
                f"chmod --reference=/mnt/old {folder}; "
                f"cp -a /mnt/old/. {folder}/; rm -r /mnt/old")


def fill(s, folder):
    """Not one byte more, whoever it is that writes."""
    s.server.sh(f"for n in 65536 4096 1; do dd if=/dev/zero bs=$n "
                f">>{folder}/filler 2>/dev/null || :; done").ok()


def tag_until_refused(s):
    """Returns the tags that were taken."""
    taken = []
    for n in range(FULL):
        done = s.server.run("et-admin", "device", "tag", ID, f"+full-{n}")
        if done.code:
            eq(len(done.err.strip().splitlines()), 1, f"lines of {done}")
            return taken
        taken.append(f"full-{n}")
    check(False, "a full store takes every change")


def full_disk(s):
    """Store and log have no room: who is there stays and is reached, the
    journal says why nothing is kept, and later it is as before."""
    s.server.ok("systemctl stop et-sshd")
    small(s, STATE, "2m")
    small(s, LOGS, "1m")
    s.server.ok("systemctl start et-sshd")
    s.reached("on a small disk")
    fill(s, STATE)
    fill(s, LOGS)
    before = s.pid()
    taken = tag_until_refused(s)
    s.reached("with the disk full")
    # The log's last page takes some events still.
    eventually(lambda: s.jump().ok() and f"{LOG}: No space left" in s.server.ok(
        "journalctl -u et-sshd -o cat --no-pager"),
               what="the journal says that the log is full")
    s.server.ok(f"rm {STATE}/filler {LOGS}/filler")
    eventually(lambda: s.server.run("et-admin", "device", "tag", ID, "+after")
               .code == 0, what="the store takes changes", every=0.1)
    eq(s.pid(), before, "the server")
    tags = set(s.admin("device", "show", ID)[0]["tags"])
    check({*taken, "site", "after"} <= tags, f"{taken} taken, {tags} there")
    opened = len(s.events("jump.open"))
    s.reached("after a full disk")
    eventually(lambda: len(s.events("jump.open")) > opened,
               what="the log is written again")
    s.server.ok(f"systemctl stop et-sshd; umount {STATE} {LOGS}")


def purge(s):
    s.device.ok("et-phone-home uninstall --purge")
    s.device.ok("! test -e /etc/et-phone-home; "
                "! command -v et-phone-home; "
                "! systemctl is-active et-phone-home")
    s.server.ok(f"dpkg -P {SERVER}", timeout=300)
    for path in ("/etc/et-phone-home", STATE, LOGS):
        s.server.ok(f"! test -e {path}")
    s.server.ok("! command -v et-sshd; ! systemctl is-active et-sshd")


def test(t):
    s = Scene(t)
    install(s)
    enrol(s)
    add_operator(s)
    s.reached("at first")
    rotate(s)
    reboot(s)
    full_disk(s)
    purge(s)
    for m in s.all:
        m.power("poweroff")


run(test)
