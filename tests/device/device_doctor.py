#!/usr/bin/python3
"""et-phone-home doctor: each thing that can be wrong is made so, and has its
line, with what to do; all else stays ok."""
import shutil

from router import Router, SERVER_AT, check, run
from harness import eq, eventually


def doctor(r, *wrong):
    """What it says; wrong: the subjects, each with words of its line."""
    done = r.phone("doctor", timeout=60)
    lines = done.out.splitlines()
    found = {}
    for line in lines:
        word, rest = line.split(None, 1)
        check(word in ("ok", "WRONG"), f"a line: {line}")
        if word == "WRONG":
            found.setdefault(rest.split(":")[0], line)
    eq(sorted(found), sorted(subject for subject, _ in wrong), done.out)
    for subject, words in wrong:
        for text in words:
            check(text in found[subject], f"{text!r} in {found[subject]!r}")
        check("; " in found[subject], f"what to do: {found[subject]}")
    check("sed" not in done.err, f"what else it says: {done.err}")
    eq(done.code, 1 if wrong else 0, "its status")
    eventually(lambda: r.pids() == {}, what="nothing is left")
    return done.out


def before_any_poll(r):
    """Another one has the lock."""
    done = r.run("/bin/sh", "-c", "exec 3>&1; set -- et-phone-home; "
                 "echo $$ >/var/run/et-phone-home/lock/pid; "
                 "/usr/sbin/et-phone-home doctor")
    r.run("rm", "-r", "/var/run/et-phone-home")
    eq(done.err, "", "what else it says")
    return done.out


def test(t):
    r = Router(t, "dash")       # BusyBox would not look for a date
    etc, bin_ = r.root / "etc/et-phone-home", r.root / "usr/bin"
    out = doctor(r)
    for subject in ("settings", "client", "key", "time", "name", "route",
                    "known_hosts", "answer"):
        check(f"ok     {subject}: " in out, f"{subject}: {out}")

    r.configure(server="")
    doctor(r, ("settings", ["missing id or server", "config"]))
    uci = r.root / "sbin/uci"
    uci.parent.mkdir(exist_ok=True)
    uci.write_text("#!/bin/sh\nexit 1\n")
    uci.chmod(0o755)
    (r.root / "etc/config").mkdir(exist_ok=True)
    doctor(r, ("settings", ["uci set et-phone-home.main.id=",
                            "uci add_list et-phone-home.main.server="]))
    uci.unlink()
    # It runs, and has not polled yet.
    r.configure(server="[::1]:9", interval=900)
    r.run("/bin/sh", "-c", "mkdir -p /var/run/et-phone-home/lock").ok()
    out = before_any_poll(r)
    check("answer: running, not polled yet" in out, out)
    r.configure()

    (bin_ / "dbclient").rename(bin_ / "away")
    doctor(r, ("client", ["no dbclient", "install"]), ("answer", []))
    (bin_ / "away").rename(bin_ / "dbclient")

    shutil.move(etc / "id_dropbear", etc / "away")
    r.configure(client="dbclient")
    doctor(r, ("key", ["id_dropbear does not exist", "installer"]),
           ("answer", []))
    shutil.move(etc / "away", etc / "id_dropbear")
    r.configure()

    # A router without a battery begins in 1970.
    (bin_ / "date").unlink()
    (bin_ / "date").write_text("#!/bin/sh\n[ \"$1\" = +%Y ] && echo 1970 || "
                               "exec /bin/busybox date \"$@\"\n")
    (bin_ / "date").chmod(0o755)
    doctor(r, ("time", ["1970", "NTP"]))
    (bin_ / "date").unlink()
    (bin_ / "date").symlink_to("/bin/busybox")

    r.configure(server="no-such-host.invalid")
    doctor(r, ("name", ["cannot be resolved", "resolv.conf"]),
           ("known_hosts", ["no-such-host.invalid", "et-admin hostkey show"]),
           ("answer", []))
    r.configure()

    r.pin([])
    doctor(r, ("known_hosts", [f"no key of {SERVER_AT}", "hostkey show"]),
           ("answer", ["host key is not in"]))
    r.pin()

    enter = ["nsenter", "-t", r.init, "-n", "ip", "route"]
    t.run([*enter, "del", "default"], check_=True)
    doctor(r, ("route", [f"none to {SERVER_AT}", "network"]), ("answer", []))
    t.run([*enter, "add", "default", "via", "192.168.1.1"], check_=True)

    r.server.admin_ok("device", "disable", r.ident)
    doctor(r, ("answer", [SERVER_AT]))
    r.server.admin_ok("device", "enable", r.ident)
    r.server.stop()
    doctor(r, ("answer", [SERVER_AT]))


run(test)
