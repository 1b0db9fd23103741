#!/usr/bin/python3
"""On a real systemd: et-notify's unit.  It does nothing until it is configured;
then it sends what stands in the stream, through a rotation and a kill; and what
runs in it reads the alerts and its own folder, and not the store, a key, the event
log or another file's place."""
import json
import re

from machine import CLONE, CONFDIR, STATEDIR, check, eq, eventually, installed
from machine import run
from pages import serve

STREAM = "/var/log/et-phone-home/alerts.log"
SINK = """
import http.server
class Sink(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with open("/root/got", "ab") as f:
            f.write(body + b"\\n")
        self.send_response(200)
        self.end_headers()
    def log_message(self, *words):
        pass
http.server.HTTPServer(("127.0.0.1", 8099), Sink).serve_forever()
"""
# What it says is in the journal, for it fails.
TRY = f"""#!/bin/sh
for path in {STREAM} {STATEDIR}-notify/state.json {CONFDIR}/et-notify.conf \\
    {STATEDIR}/store.db {CONFDIR}/ssh_host_ed25519_key \\
    /var/log/et-phone-home/events.log /etc/shadow; do
	cat $path >/dev/null 2>&1 && echo read=${{path##*/}}
done
for folder in /var/log/et-phone-home {CONFDIR} {STATEDIR} /root /etc \\
    {STATEDIR}-notify; do
	(: >$folder/new) 2>/dev/null && echo wrote=$folder
done
exit 1
"""
CONF = """
webhook hook { url = "http://localhost:8099/" rate = 0
	kinds = {"device.gone"} }
webhook test { url = "http://localhost:8099/" rate = 0 kinds = {"test"} }
command try { command = {"/usr/local/bin/try"} kinds = {"test"} }
"""


def alert(number, kind="device.gone"):
    return json.dumps({
        "time": f"2026-11-28T21:00:{number:02}.000Z", "id": f"a{number}",
        "seq": number, "event": "open", "kind": kind, "subject": "kitchen",
        "severity": "warning", "since": "2026-11-28T20:59:00.000Z",
        "summary": "kitchen is gone", "devices": ["kitchen"], "count": 1,
        "server": "node"})


def write(m, *lines):
    """As the monitor does."""
    for line in lines:
        m.ok("setpriv --reuid et-phone-home-monitor --regid et-phone-home "
             f"--clear-groups sh -c 'echo '\\''{line}'\\'' >>{STREAM}'")


def told(m):
    return [json.loads(line)
            for line in m.ok("cat /root/got 2>/dev/null || :").splitlines()]


def got(m):
    return [a["seq"] for a in told(m)]


def expect(m, numbers, what):
    eventually(lambda: got(m) == numbers, what=f"{what}: {numbers}",
               every=0.1)


def test(t):
    m = installed(t)
    serve(m)
    m.ok(f"echo 'event-log = \"/var/log/et-phone-home/events.log\"' "
         f">>{CONFDIR}/et-sshd.conf; systemctl restart et-sshd")
    # Off until it is configured.
    m.ok("systemctl start et-notify")
    eq(m.ok("systemctl is-active et-notify || :"), "inactive\n", "at first")

    (m.root / "root/sink.py").write_text(SINK)
    (m.root / "usr/local/bin/try").write_text(TRY)
    (m.root / f"{CONFDIR}/et-notify.conf".lstrip("/")).write_text(CONF)
    m.ok("chmod 755 /usr/local/bin/try; chmod 644 "
         f"{CONFDIR}/et-notify.conf; systemd-run -q --unit sink "
         "/usr/bin/python3 /root/sink.py")
    eq(m.ok("et-notify -t"), "3 receivers, no mistakes\n", "-t")
    eventually(lambda: m.sh("et-notify --test hook").code == 0,
               what="the sink", every=0.1)
    m.ok("rm /root/got; systemctl enable --now et-notify")
    eventually(lambda: "follows" in m.ok("journalctl -u et-notify -o cat "
                                         "--no-pager"), what="et-notify")
    # What the server writes, as "et-admin alert test" has it do.
    m.ok("et-admin alert test")
    tests = eventually(lambda: [a for a in told(m) if a["event"] == "close"] and
                       told(m), what="the server's test alert", every=0.1)
    eq([(a["kind"], a["event"], a["id"]) for a in tests],
       [("test", "open", tests[0]["id"]), ("test", "close", tests[0]["id"])],
       "the server's test alert")
    m.ok("rm /root/got")
    write(m, alert(1))
    eq(m.ok(f"stat -c '%U %G %a' {STREAM}"),
       "et-phone-home-monitor et-phone-home-notify 640\n", "the stream")
    expect(m, [1], "sent")

    # What a program in it can do: it has been given the test.
    said = eventually(lambda: re.search(
        r"command try: status 1: (.*?), [12] waiting",
        m.ok("journalctl -u et-notify -o cat --no-pager")), what="the program")
    eq(said[1].replace("?", " ").split(),
       ["read=alerts.log", "read=state.json", "read=et-notify.conf",
        f"wrote={STATEDIR}-notify"], "what it reads and writes")
    exposure = m.ok("systemd-analyze security --no-pager et-notify")
    level = float(re.search(r"exposure level for et-notify.service: (\S+)",
                            exposure)[1])
    check(level < 2.5, exposure)

    m.ok(f"cp {CLONE}/contrib/logrotate/et-phone-home /etc/logrotate.d/; "
         "logrotate --force /etc/logrotate.d/et-phone-home")
    eq(m.ok(f"stat -c '%U %G %a %s' {STREAM}"),
       "et-phone-home-monitor et-phone-home-notify 640 0\n", "rotated")
    write(m, alert(2))
    expect(m, [1, 2], "after a rotation")
    m.ok("systemctl kill -s KILL --kill-whom=main et-notify")
    write(m, alert(3))
    expect(m, [1, 2, 3], "after a kill")
    m.ok("systemctl restart et-notify")
    eq(m.ok("systemctl is-active et-notify"), "active\n", "a restart")
    m.ok(f"echo nonsense >>{CONFDIR}/et-notify.conf")
    m.sh("systemctl restart et-notify")
    eventually(lambda: m.ok("systemctl show -P ExecMainStatus -P NRestarts "
                            "-P SubState et-notify").split() ==
               ["78", "0", "failed"] or
               m.ok("systemctl show -P SubState et-notify") == "failed\n",
               what="a bad configuration fails", every=0.1)
    m.power("poweroff")


run(test)
