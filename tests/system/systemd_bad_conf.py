#!/usr/bin/python3
"""On a real systemd: a configuration that is wrong is not started again and
again; a store that the unit may not write to is named by -t beforehand."""
from machine import CONFDIR, check, eq, installed, run
from pages import serve

CONF = f"{CONFDIR}/et-sshd.conf"


def restart_fails(m, text):
    m.ok(f"cp {CONF} /root/good; echo '{text}' >>{CONF}")
    check(m.sh("systemctl restart et-sshd").code != 0, f"{text}: it starts")
    eq(m.ok("systemctl show -P SubState -P ExecMainStatus -P NRestarts "
            "et-sshd").split(), ["0", "78", "failed"], text)
    m.ok(f"cp /root/good {CONF}; systemctl reset-failed et-sshd; "
         "systemctl start et-sshd")


def test(t):
    m = installed(t)
    serve(m)
    restart_fails(m, "no-such-option = 1")
    m.ok("install -d -m 700 -o et-phone-home /srv/store")
    other = 'store = "sqlite:/srv/store/store.db"'
    m.ok(f"cp {CONF} /root/before; echo '{other}' >>{CONF}")
    done = m.sh("et-sshd -t").ok()
    check("the unit et-sshd.service may not write to /srv/store/store.db"
          in done.err, repr(done))
    m.ok(f"cp /root/before {CONF}")
    restart_fails(m, other)
    check("ReadWritePaths" in m.ok("journalctl -u et-sshd --no-pager"),
          "what the journal says")
    # As both say: a drop-in that names the directory.
    m.ok("mkdir -p /etc/systemd/system/et-sshd.service.d; "
         "printf '[Service]\\nReadWritePaths=/srv/store\\n' "
         ">/etc/systemd/system/et-sshd.service.d/store.conf; "
         f"systemctl daemon-reload; echo '{other}' >>{CONF}; "
         "systemctl restart et-sshd")
    eq(m.ok("systemctl is-active et-sshd"), "active\n", "with a drop-in")
    check("may not write" not in m.sh("et-sshd -t").ok().err, "-t with it")
    m.power("poweroff")


run(test)
