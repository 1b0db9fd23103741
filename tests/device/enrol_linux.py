#!/usr/bin/python3
"""One pasted command enrols any Linux with OpenSSH and systemd, under dash: it
polls, and a forward leads to it.  Again it changes nothing."""
from enrolling import SSH, Fresh
from router import run
from scenes import ask, log_in, opened
from harness import check, eq

FILES = {"etc/et-phone-home/.ssh/known_hosts", "etc/et-phone-home/config",
         "usr/sbin/et-phone-home"}
SYSTEMD = {"etc/et-phone-home/id_ssh", "etc/systemd/system/et-phone-home.service",
           "etc/systemd/enabled-et-phone-home"}


def faster(r):
    with open(r.root / "etc/et-phone-home/config", "a") as config:
        config.write("interval = 1\n")


def again(r, row):
    """Nothing changes, nor in the settings that somebody made."""
    before = r.files()
    r.paste(row).ok()
    eq(r.files(), before, "files after the second time")


def test(t):
    r = Fresh(t, "dash", "systemd", SSH)
    row = r.token("--uses", "2")
    r.paste(row).ok()
    eq(set(r.check_left()), FILES | SYSTEMD, "files")
    r.no_secret(row)
    faster(r)
    r.phone("reload").ok()
    r.polls(3)
    check("OpenSSH" in r.server.events.wait("login")["client"], "the client")
    operator, port = r.serve(), ask(r, 22)
    opened(r, port)
    eq(log_in(r, operator, port).ok().out, "the device's page\n", "port 22")
    again(r, row)
    r.uninstall()


run(test)
