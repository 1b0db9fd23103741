#!/usr/bin/python3
"""doc/operations.md, typed as it stands there, on a server and on the machine that
takes its place: after each of its ways the device and the operator find the
server that they know.  A block that is new there is typed, or is named here."""
import shutil

from machine import CONFDIR, STATEDIR, Machine, check, eq, run
from pages import blocks, commands, serve

PAGE = "doc/operations.md"
SERVER = "server.example"
TAR = "/root/et-phone-home.tar"
NIGHTLY = "/var/backups/et-phone-home"
# What this machine's own packages and tree stand for.
APT = ("apt install", "apt purge")
# By their headings: those that another test types.
ELSEWHERE = ("Rotate the host keys", "Another name or address")


class Site:
    """A machine with the server, and what a device and an operator have."""

    def __init__(self, t, name):
        self.t, self.m = t, Machine(t, name)
        self.m.install()
        self.m.boot()
        serve(self.m)
        self.m.ok(f"echo '127.0.0.1 {SERVER}' >>/etc/hosts")

    def type(self, line):
        done = self.m.run("sh", "-c", f"cd /root; {line}", timeout=90)
        eq(done.code, 0, f"{line}\n{done.out}{done.err}\nstatus")
        return done.out

    def type_all(self, lines):
        for line in lines:
            if line.startswith(APT):    # tests/system/package types these
                self.apt(line)
            elif line == "make uninstall":
                self.uninstall()
            else:
                self.type(line)

    def apt(self, line):
        """Its place: the tree is installed as it is, or it is removed."""
        if "purge" in line:
            self.type(f"systemctl stop et-sshd; rm -r {STATEDIR} {CONFDIR}")
            return
        self.m.install()
        if not (self.m.root / str(CONFDIR).lstrip("/")).exists():
            serve(self.m)
        self.type("systemctl daemon-reload; systemctl restart et-sshd")

    def uninstall(self):
        self.m.make("uninstall")

    def knows_all(self, device="unit-1"):
        """By the host key that both have pinned."""
        ssh = "ssh -o StrictHostKeyChecking=yes -p 2222"
        eq(self.type(f"{ssh} {device}@{SERVER} 'poll 1'"), "0\n", "a poll")
        out = self.type(f"{ssh} alice@{SERVER} device list --json")
        check(f'"device":"{device}"' in out, out)


def populate(site):
    site.m.ok("rm -rf /root/.ssh; mkdir -m 700 /root/.ssh; "
              "ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/id_ed25519; "
              "ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/alice")
    site.type("et-admin device add unit-1 --key .ssh/id_ed25519.pub; "
              "et-admin operator add alice --key .ssh/alice.pub --role admin")
    site.type(f"et-admin hostkey show --host '[{SERVER}]:2222' --json | "
              "sed 's/.*\"known_hosts\":\"\\([^\"]*\\)\".*/\\1/' "
              ">.ssh/known_hosts")
    site.type("printf 'Match user alice\\n IdentityFile ~/.ssh/alice\\n"
              " IdentitiesOnly yes\\n' >.ssh/config")
    site.knows_all()


def carry(old, new, path):
    """What a reader copies: to another machine."""
    for name in (path, "/root/.ssh"):
        source, target = (f"{s.m.root}{name}" for s in (old, new))
        if name == path:
            shutil.copy2(source, target)
        else:
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(source, target)


def backup(site, page):
    for lines in page("Back up"):
        site.type_all(lines)
    eq(site.type(f"stat -c %a {TAR}; stat -c %a {NIGHTLY}/*.tar | sort -u"),
       "600\n600\n", "modes")
    eq(site.type("systemctl is-enabled et-phone-home-backup.timer"),
       "enabled\n", "the timer")
    newest = site.type(f"ls {NIGHTLY}/*.tar | tail -n 1").strip()
    out = site.type(f"et-admin restore --check {newest}; "
                    "systemctl show -P Environment et-phone-home-backup")
    check("KEEP=30" in out, out)


def restore(site, page):
    """With a device more, which the backup does not know."""
    site.type("et-admin device add unit-late")
    lines, = page("Restore")
    site.type_all(lines)
    site.knows_all()
    check("unit-late" not in site.type("et-admin device list"), "unit-late")


def move(old, new, page):
    on_old, on_new = page("Move to another machine")
    old.type_all(on_old)
    carry(old, new, TAR)
    new.type_all(on_new)
    new.knows_all()
    eq(new.type("systemctl is-enabled et-sshd"), "enabled\n", "et-sshd")


def upgrade(site, page):
    there, back = page("Upgrade")
    site.type_all(there)
    site.knows_all()
    site.type_all(back)
    site.knows_all()


def watch(site, page):
    lines, = page("Watch the server")
    site.type_all(lines)
    check("et_up" in site.type(lines[-1]), "figures")


def lose_a_disk(new, page):
    lines, = page("Lose a disk")
    new.type(f"systemctl stop et-sshd; rm -r {STATEDIR} {CONFDIR}")
    new.type_all(lines)
    new.knows_all()


def uninstall(site, page):
    packaged, clone = page("Uninstall")
    site.type_all(packaged)
    # What it stands for has left these folders to the second way.
    site.type(f"mkdir -p {STATEDIR} {CONFDIR} /var/log/et-phone-home"
              f" {STATEDIR}-notify")
    site.type_all(clone)
    site.type("! command -v et-sshd; ! systemctl cat et-sshd; "
              f"ls {NIGHTLY}/*.tar {TAR}")


def test(t):
    left = blocks(PAGE)

    def page(heading):
        found = [b for b in left if b[0] == heading]
        for block in found:
            left.remove(block)
        return [list(commands(text)) for _, text in found]

    old, new = Site(t, "old"), Site(t, "new")
    populate(old)
    backup(old, page)
    watch(old, page)
    restore(old, page)
    upgrade(old, page)
    move(old, new, page)
    lose_a_disk(new, page)
    uninstall(old, page)
    eq([b for b in left if b[0] not in ELSEWHERE], [],
       "blocks that are not typed")


run(test, limit=600)
