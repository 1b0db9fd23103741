#!/usr/bin/python3
"""One pasted command enrols an OpenWrt device with dbclient, under ash: it
polls, and a forward leads to it.  Again it changes nothing; it outlives new
firmware; uninstall leaves nothing."""
import shutil

from enrolling import Fresh
from router import ID, run
from scenes import ask, log_in, opened
from harness import check, eq, eventually

# What sysupgrade keeps: see /sbin/sysupgrade, add_uci_conffiles.
KEEP = "cd / && tar -cf /tmp/kept.tar $(find $(sed -ne '/^#/d; p' " \
    "/lib/upgrade/keep.d/*) /etc/config \\( -type f -o -type l \\))"
FILES = {"etc/config/et-phone-home", "etc/et-phone-home/.ssh/known_hosts",
         "etc/et-phone-home/id_dropbear", "etc/init.d/et-phone-home",
         "etc/rc.d/K05et-phone-home", "etc/rc.d/S95et-phone-home",
         "lib/upgrade/keep.d/et-phone-home", "usr/sbin/et-phone-home"}


def faster(r):
    """A poll a second."""
    r.run("uci", "set", "et-phone-home.main.interval=1").ok()
    r.phone("reload").ok()


def triggers(r):
    """What has procd call for a reload: each stands within an array."""
    lines = (r.root / "var/run/et-phone-home.triggers").read_text()
    reload = "/etc/init.d/et-phone-home reload"
    eq(set(lines.splitlines()),
       {f"config.change et-phone-home {reload}",
        *(f"interface.*.up {port} {reload}" for port in ("wan", "wwan"))},
       "triggers")


def stopped(r):
    """It is not started again, also when it was not procd that ended it."""
    for how in (("/usr/sbin/et-phone-home", "stop"),
                ("/etc/init.d/et-phone-home", "stop")):
        r.run(*how).ok()
        r.gone()
        r.run("/etc/init.d/et-phone-home", "start").ok()


def older(r, row):
    """A client of before: the server says so, and the same command replaces it."""
    def note():
        return r.server.admin_ok("device", "list").out
    program = r.root / "usr/sbin/et-phone-home"
    text = program.read_text()
    version = text.split("\nversion=")[1].split("\n")[0]
    program.write_text(text.replace(f"\nversion={version}\n",
                                    "\nversion=1.9\n"))
    r.run("/etc/init.d/et-phone-home", "stop").ok()
    r.gone()
    r.run("/etc/init.d/et-phone-home", "start").ok()
    eventually(lambda: "old client 1.9" in note(), what="it is called old")
    r.paste(row).ok()
    eq(program.read_text(), text, "the client")
    eventually(lambda: "old client" not in note(), what="the new one runs")


def firmware(r):
    """Flash the firmware that the device came with; it boots."""
    r.run("/bin/sh", "-c", KEEP).ok()
    r.run("/etc/init.d/et-phone-home", "stop").ok()
    r.gone()
    for path in FILES:
        (r.root / path).unlink()
    shutil.rmtree(r.root / "etc/et-phone-home")
    r.run("tar", "-xf", "/tmp/kept.tar").ok()
    after = r.server.events.mark()
    r.run("/bin/sh", "-c", "for s in /etc/rc.d/S*; do $s boot; done").ok()
    r.polls(1, after=after)


def test(t):
    r = Fresh(t)
    row = r.token("--uses", "2", "--tag", "lab")
    done = r.paste(row).ok()
    check(f"has enrolled this device as {ID}" in done.out and
          "answers: 0" in done.out, f"what it says: {done}")
    eq(r.server.events.wait("enroll")["reason"], "new", "the event")
    eq(r.server.admin_json("device", "list")[0]["tags"], ["lab"], "tags")
    eq(set(r.check_left()), FILES, "files")
    r.no_secret(row)
    eq(len((r.root / "etc/et-phone-home/.ssh/known_hosts").read_text()
           .splitlines()), 2, "host keys that are pinned")
    faster(r)
    r.polls(3)
    operator, port = r.serve(), ask(r, 22)
    opened(r, port)
    eq(log_in(r, operator, port).ok().out, "the device's page\n", "port 22")
    # The same again.
    before, lock = r.files(), r.root / "var/run/et-phone-home/lock/pid"
    runs = lock.read_text()
    again = r.paste(row).ok()
    check("polls now" in again.out, f"what it says: {again}")
    eq(r.server.events.wait("enroll", count=2)["reason"], "again", "event")
    eq(r.files(), before, "files")
    eq(lock.read_text(), runs, "what runs")
    eq(r.server.admin_json("token", "list")[0]["uses_left"], 1, "uses")
    older(r, row)
    triggers(r)
    stopped(r)
    firmware(r)
    r.run("/etc/init.d/et-phone-home", "disable").ok()
    eq(list((r.root / "etc/rc.d").iterdir()), [], "links after disable")
    r.uninstall()


run(test)
