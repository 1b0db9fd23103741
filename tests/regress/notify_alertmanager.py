#!/usr/bin/python3
"""et-notify and Debian's Alertmanager: an alert appears there, is still active
after Alertmanager's resolve_timeout, and resolves when it closes."""
import json
import shutil
import time
import urllib.request

from harness import Skip, check, eq, eventually, fresh_port, run
from harness.notifying import Notify, Webhook, alert

TOLD = """
global: {{ resolve_timeout: 1s }}
route: {{ receiver: hook, group_wait: 0s, group_interval: 1s,
          group_by: ['...'] }}
receivers:
- name: hook
  webhook_configs: [ {{ url: '{}', send_resolved: true }} ]
"""


def started(t, hook):
    program = shutil.which("prometheus-alertmanager")
    if program is None:
        raise Skip("no prometheus-alertmanager")
    (t.dir / "am.yml").write_text(TOLD.format(hook.url("/told")))
    port = fresh_port()
    t.spawn([program, f"--config.file={t.dir}/am.yml",
             f"--storage.path={t.dir}/am", "--cluster.listen-address=",
             f"--web.listen-address=127.0.0.1:{port}"],
            stdout=open(t.dir / "am.log", "wb"), stderr=-2)
    return port


def alerts(port):
    try:
        with urllib.request.urlopen(
                f"http://127.0.0.1:{port}/api/v2/alerts", timeout=5) as reply:
            return json.load(reply)
    except OSError:
        return None


def now(ago=0):
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z",
                         time.gmtime(time.time() - ago))


def test(t):
    hook = Webhook(t)
    port = started(t, hook)
    eventually(lambda: alerts(port) is not None, what="Alertmanager")
    n = Notify(t, f'webhook am {{ url = "http://localhost:{port}/api/v2/alerts"'
               ' template = "alertmanager" }\n')
    n.stream.touch()
    n.start()
    n.write(alert(1, time=now(), since=now(60)),
            alert(2, time=now(), since=now(60), kind="disk", subject="server",
                  severity="critical"))
    eventually(lambda: len(alerts(port)) == 2, what="two alerts")
    eq({(a["labels"]["alertname"], a["labels"]["severity"],
         a["status"]["state"]) for a in alerts(port)},
       {("device.gone", "warning", "active"), ("disk", "critical", "active")},
       "alerts")
    time.sleep(2)                       # resolve_timeout
    eq(len(alerts(port)), 2, "after resolve_timeout")
    n.write(alert(3, "close", id="a1", time=now(), since=now(60),
                  until=now()))
    eventually(lambda: [a["labels"]["alertname"] for a in alerts(port)] ==
               ["disk"], what="the close resolves one")
    eventually(lambda: any(a["status"] == "resolved"
                           for _, _, b in hook.got
                           for a in b["alerts"]),
               what="Alertmanager tells of it")
    check("refused" not in n.said(), n.said())


run(test)
