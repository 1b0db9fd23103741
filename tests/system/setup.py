#!/usr/bin/python3
"""On a real systemd, after make install: et-admin setup with options, again,
over a port that is taken, to another port, and over a faulty configuration."""
from machine import CONFDIR, check, eq, eventually, installed, run

SETUP = "et-admin setup --yes"
FILE = f"{CONFDIR}/conf.d/setup.conf"
HTTP = "/usr/bin/python3 -m http.server -b 127.0.0.1 8022"


def listens(m, port):
    return f":{port} " in m.ok("ss -ltn")


def refused(m, line, status, why):
    done = m.sh(line)
    eq(done.code, status, f"{done}\nstatus")
    check(why in done.err and done.err.count("\n") == 1, done)


def pid(m):
    return m.ok("systemctl show -P MainPID et-sshd")


def from_nothing(m):
    refused(m, SETUP, 2, "missing --server NAME")
    eq(m.sh("systemctl is-enabled et-sshd").out, "disabled\n", "the unit")
    m.ok("ssh-keygen -q -t ed25519 -N '' -f /root/carol")
    done = m.sh(f"{SETUP} --server server.example --port 2300 "
                "--operator carol --key /root/carol.pub").ok()
    eq(done.err, "", "stderr")
    for line in ("was started, and starts at each boot",
                 "[server.example]:2300 ssh-ed25519 ", "Paste one of these"):
        check(line in done.out, f"{line}: {done}")
    eq(m.ok("systemctl is-active et-sshd; systemctl is-enabled et-sshd"),
       "active\nenabled\n", "the unit")
    check(listens(m, 2300) and not listens(m, 2222), "it listens there")
    check("#stale-limit" in m.ok(f"cat {CONFDIR}/et-sshd.conf"),
          "the example is the main file")
    eq(m.ok(f"stat -c '%a %U' {FILE} {CONFDIR}/conf.d"),
       "644 root\n755 root\n", "modes")
    # The operator, by the lines that were printed.
    m.ok("echo '127.0.0.1 server.example' >>/etc/hosts; mkdir -p -m 700 "
         "/root/.ssh; : >/root/.ssh/config")
    known = [line for line in done.out.splitlines()
             if line.startswith("[server.example]:2300 ")]
    (m.root / "root/.ssh/known_hosts").write_text("\n".join(known) + "\n")
    m.ok("ssh -o BatchMode=yes -o StrictHostKeyChecking=yes -i /root/carol "
         "-p 2300 carol@server.example status")


def again(m):
    before, runs = m.ok(f"stat -c '%i %y' {FILE}"), pid(m)
    out = m.ok(SETUP)
    check("The server is running, and starts" in out and
          "server.example" in out, out)
    eq(m.ok(f"stat -c '%i %y' {FILE}"), before, "setup.conf")
    m.ok(f"{SETUP} --server new.example")
    eq(pid(m), runs, "reloaded, not restarted")
    check("2300" in m.ok(f"cat {FILE}"), "the port stays")


def taken(m):
    m.ok(f"systemd-run --quiet --unit=other {HTTP}")
    eventually(lambda: listens(m, 8022), what="the other program listens")
    before, runs = m.ok(f"cat {FILE}"), pid(m)
    refused(m, f"{SETUP} --port 8022", 1, "port 8022 is in use by python3")
    eq((m.ok(f"cat {FILE}"), pid(m)), (before, runs), "nothing changes")
    m.ok("systemctl stop other")


def below_1024(m):
    out = m.ok(f"{SETUP} --port 22")
    check("The server was restarted" in out, out)
    check(listens(m, 22) and not listens(m, 2300), "it has moved")
    m.ok("et-admin status")


def faulty(m):
    runs = pid(m)
    m.ok(f"echo 'workers = 999' >{CONFDIR}/conf.d/a.conf")
    done = m.sh(f"{SETUP} --port 2222")
    eq(done.code, 1, f"{done}\nstatus")
    for line in (f"et-sshd: {CONFDIR}/conf.d/a.conf:1: workers",
                 "nothing was started"):
        check(line in done.err, done)
    eq(pid(m), runs, "the server that runs")
    m.ok(f"rm {CONFDIR}/conf.d/a.conf; systemctl stop et-sshd")
    check("The server was started" in m.ok(SETUP), "started again")
    check(listens(m, 2222), "with what was asked before")


def test(t):
    m = installed(t)
    from_nothing(m)
    again(m)
    taken(m)
    below_1024(m)
    faulty(m)
    m.power("poweroff")


run(test)
