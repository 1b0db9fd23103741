#!/usr/bin/python3
"""From the oldest commit on: the server of that time, built as it was, gets
devices and a forward; then this tree's package is installed over its store, keys
and settings, and the same devices poll as before.  With ETPH_LONG alone: it
builds two trees."""
import re
import shutil
import subprocess

from machine import SRCDIR, Machine, Skip, check, eq, eventually, run
from packages import LONG, SERVER, SLOW, packages

OLDEST = "a2cfe24"      # the first commit with a store: schema 2
STORE = "/var/lib/et-phone-home/store.db"
CONF = "/etc/et-phone-home"
GIT = ["git", "-c", f"safe.directory={SRCDIR}", "-C", SRCDIR]


def old_server(t, m):
    """Built from that commit's archive, and installed under /usr/local."""
    if t.run([*GIT, "cat-file", "-e", OLDEST]).code != 0:
        raise Skip(f"no commit {OLDEST}: not a clone with its history")
    tree, build = t.dir / "old", t.dir / "old-build"
    tree.mkdir()
    archive = subprocess.run([*GIT, "archive", OLDEST], check=True,
                             capture_output=True).stdout
    subprocess.run(["tar", "-x", "-C", tree], input=archive, check=True)
    t.run([tree / "contrib/build.sh", build, "--prefix=/usr/local",
           "--sysconfdir=/etc", "--localstatedir=/var"], timeout=SLOW,
          check_=True)
    t.run(["make", "-C", build, "install", f"DESTDIR={m.root}"], timeout=SLOW,
          check_=True)


def poll(m, name):
    """As the first version's devices do, and with our own words."""
    said = [m.run("ssh", "-p", 2222, "-i", f"/root/{name}", "-o",
                  "BatchMode=yes", "-o", "StrictHostKeyChecking=yes",
                  f"device{name}@localhost", word).ok().out
            for word in ("/home/ubuntu/et-phone-home/et-home/et-home-ping.sh",
                         "poll 1")]
    return said


def live(m):
    """The old server with what a server has after a while."""
    m.ok("id et-phone-home >/dev/null; "
         f"mkdir -p {CONF}; "
         "install -d -m 700 -o et-phone-home /var/lib/et-phone-home; "
         f"for k in ed25519 rsa; do ssh-keygen -q -t $k -N '' "
         f"-f {CONF}/ssh_host_${{k}}_key; done; "
         f"echo 'redeliver = 91' >{CONF}/et-sshd.conf")
    m.ok("rm -rf /root/.ssh; mkdir -m 700 /root/.ssh; "
         f"for k in {CONF}/*.pub; do echo \"[localhost]:2222 $(cat $k)\"; done "
         ">/root/.ssh/known_hosts")
    m.ok("systemctl daemon-reload; systemctl start et-sshd")
    for name, alias in (("kitchen-1", "oven"), ("kitchen-2", "sink")):
        m.ok(f"ssh-keygen -q -t ed25519 -N '' -f /root/{name}; "
             f"et-admin device add {name} --key /root/{name}.pub "
             f"--alias {alias} --tag site")
        eq(poll(m, name), ["0\n", "0\n"], f"{name} polls the old server")
    m.ok("et-admin permit add kitchen-1 9800-9803; "
         "et-admin forward open kitchen-1 22:9876")
    m.ok("systemctl stop et-sshd")


def upgrade(m):
    """The old programs give way, store and settings stay."""
    m.ok("rm -r /usr/local/sbin/et-* /usr/local/bin/et-* "
         "/usr/local/lib/systemd /usr/local/libexec/et-phone-home 2>/dev/null "
         "|| :; systemctl daemon-reload")
    m.ok("dpkg --force-confold -i /root/server.deb", timeout=300)
    eq(m.ok("systemctl is-active et-sshd || :"), "active\n", "the new server")


def check_kept(m):
    eventually(lambda: m.sh("et-admin status").code == 0, what="it serves")
    eq(m.ok("et-admin device list | awk 'NR > 1 { print $1 }' | sort").split(),
       ["kitchen-1", "kitchen-2"], "devices")
    check("sink" in m.ok("et-admin device show kitchen-2"), "the alias")
    permits = m.ok("et-admin permit list")
    check(re.search("kitchen-1.*9800.*9803", permits), permits)
    eq(m.ok(f"grep redeliver {CONF}/et-sshd.conf | grep -v '^#'"),
       "redeliver = 91\n", "the settings")
    eq(poll(m, "kitchen-1"), ["22:9876\n", "0\n"],
       "the forward that was asked for")
    eq(poll(m, "kitchen-2"), ["0\n", "0\n"], "the other's poll")
    m.ok(f"ls {STORE}.schema-2")


def test(t):
    if not LONG:
        raise Skip("builds two trees: ETPH_LONG=1")
    m = Machine(t, "server")
    folder, debs = packages(t)
    old_server(t, m)
    shutil.copy(debs[SERVER], m.root / "root/server.deb")
    (m.root / "usr/sbin/policy-rc.d").unlink(missing_ok=True)
    m.boot()
    live(m)
    upgrade(m)
    check_kept(m)
    m.power("poweroff")


run(test, limit=3000)
