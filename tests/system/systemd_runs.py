#!/usr/bin/python3
"""On a real systemd: README's way to a server, word for word; then a reload, a
rotation of the log, and a reboot, after each of which it serves."""
from machine import CLONE, CONFDIR, check, eq, eventually, installed, run
from pages import serve

LOG = "/var/log/et-phone-home/events.log"


def serves(machine):
    return machine.sh("et-admin status").code == 0


def test(t):
    m = installed(t)
    serve(m)
    eq(m.ok("systemctl is-active et-sshd"), "active\n", "state")
    check("no user" not in m.sh("et-sshd -t").ok().err,
          "each kind of process has its user")
    # Events are in the journal until event-log names a file.
    events = eventually(lambda: m.sh("et-admin event tail -n 1000").out,
                        what="events in the journal")
    check(" start " in events, events)
    m.ok(f"echo 'event-log = \"{LOG}\"' >>{CONFDIR}/et-sshd.conf")
    m.ok("systemctl restart et-sshd")
    check(serves(m), "et-admin status after a restart")
    check(" start " in m.ok("et-admin event tail"), "events in the file")

    m.ok("systemctl reload et-sshd")
    eventually(lambda: '"event":"reload"' in m.ok(f"cat {LOG}"),
               what="an event of the reload")
    check(serves(m), "et-admin status after a reload")

    m.ok("cp %s/contrib/logrotate/et-phone-home /etc/logrotate.d/" % CLONE)
    before = m.ok(f"stat -c %i {LOG}")
    m.ok("logrotate --force /etc/logrotate.d/et-phone-home")
    check(m.ok(f"stat -c %i {LOG}") != before, "another file is the log")
    m.ok("systemctl reload et-sshd")
    eventually(lambda: m.ok(f"cat {LOG}"), what="events in the new log")
    eq(m.ok("systemctl is-failed et-sshd || :"), "active\n", "after it")
    m.ok("systemctl stop et-sshd; logrotate --force "
         "/etc/logrotate.d/et-phone-home; systemctl start et-sshd")

    m.reboot()
    eq(m.ok("systemctl is-active et-sshd"), "active\n", "after a reboot")
    check(serves(m), "et-admin status after a reboot")
    m.power("poweroff")


run(test)
