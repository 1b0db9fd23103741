#!/usr/bin/python3
"""In systemd's journal each event has a priority, and a complaint is a warning:
"journalctl -p warning -u et-sshd" shows what matters.  The text of a line has no
priority in it, and a sealed log holds as the journal prints it."""
import json

from machine import CONFDIR, check, eq, eventually, installed, run
from pages import serve


def journal(m, *words):
    """What the unit said, by priority and text."""
    out = m.run("journalctl", "-o", "json", "--no-pager", "-u", "et-sshd",
                "_COMM=et-sshd", *words).ok().out
    lines = [json.loads(line) for line in out.splitlines()]
    return [(int(line["PRIORITY"]), line["MESSAGE"]) for line in lines]


def events(lines):
    return {(json.loads(text)["event"], priority)
            for priority, text in lines if text.startswith("{")}


def test(t):
    m = installed(t)
    serve(m)
    m.ok(f"echo event-log-seal = true >>{CONFDIR}/et-sshd.conf;"
         "et-admin log generate; systemctl restart et-sshd;"
         "et-admin device add unit-1")
    m.ok("ssh-keygen -q -t ed25519 -N '' -f /root/stranger")
    m.sh("ssh -i /root/stranger -p 2222 -o StrictHostKeyChecking=no -o BatchMode=yes "
         "unit-1@127.0.0.1")
    eventually(lambda: ("login.refused", 4) in events(journal(m)),
               what="a login.refused")
    lines = journal(m)
    check(("start", 5) in events(lines), "start")
    check(("admin", 5) in events(lines), "admin")
    check(("worker.start", 6) in events(lines), "worker.start")
    check(not [text for _, text in lines if text.startswith("<")],
          "no priority in a text")
    eq({p for p, text in lines if "listening on" in text}, {6}, "listening")

    # One of its own on stderr, which is no event.
    m.ok(f"echo workers = 0x >>{CONFDIR}/et-sshd.conf")
    m.sh("systemctl reload et-sshd")
    eventually(lambda: ("reload", 3) in events(journal(m, "-p", "err")),
               what="an error")
    warnings = journal(m, "-p", "warning")
    check([p for p, text in warnings if "configuration not changed" in text and
           text.startswith("et-sshd: ")] == [4], f"a complaint: {warnings}")
    check(not {"login", "start", "admin", "worker.start"} &
          {event for event, _ in events(warnings)}, "what is no warning")

    m.ok(f"sed -i '/^workers/d' {CONFDIR}/et-sshd.conf;"
         "systemctl stop et-sshd")
    m.ok("journalctl -o cat --no-pager -u et-sshd _COMM=et-sshd | grep '^{' |"
         "grep -n log.open | cut -d: -f1 >/root/open; "
         "journalctl -o cat --no-pager -u et-sshd _COMM=et-sshd | grep '^{' |"
         "tail -n +$(cat /root/open) | et-admin log verify -")
    m.power("poweroff")


run(test)
