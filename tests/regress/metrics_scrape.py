#!/usr/bin/python3
"""metrics-listen: Debian's Prometheus scrapes a real server and finds no fault in
it; nothing else is answered there, and a client that dawdles delays no other."""
import json
import os
import shutil
import socket
import urllib.error
import urllib.parse
import urllib.request

from harness import Server, check, eq, eventually, run
from harness.case import Skip, fresh_port

CONF = """
scrape_configs:
  - job_name: et-sshd
    scrape_interval: 1s
    static_configs:
      - targets: ["127.0.0.1:{port}"]
"""


def get(port, path, **headers):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}",
                                     headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return (answer.status, answer.headers["Content-Type"],
                    answer.read().decode())
    except urllib.error.HTTPError as e:
        return e.code, e.headers["Content-Type"], e.read().decode()


def raw(port, data):
    with socket.create_connection(("127.0.0.1", port), 30) as s:
        found = b""
        try:
            s.sendall(data)
            s.shutdown(socket.SHUT_WR)
            while part := s.recv(65536):
                found += part
        except OSError:
            pass        # it was refused, and the connection closed
        return found


def prometheus(t, port):
    """A real one, with this server as its only target; returns its port."""
    if not shutil.which("prometheus"):
        raise Skip("no prometheus")
    here = fresh_port()
    conf = t.dir / "prometheus.yml"
    conf.write_text(CONF.format(port=port))
    with open(t.dir / "prometheus.log", "wb") as log:
        t.spawn(["prometheus", f"--config.file={conf}",
                 f"--storage.tsdb.path={t.dir}/tsdb",
                 f"--web.listen-address=127.0.0.1:{here}"],
                stdout=log, stderr=log)
    return here


def asks(port, query):
    try:
        _, _, text = get(port, "/api/v1/query?" +
                         urllib.parse.urlencode({"query": query}))
        return json.loads(text)["data"]["result"]
    except (OSError, ValueError):
        return []   # it is starting


def test(t):
    port = fresh_port()
    server = Server(t, metrics_listen=f"127.0.0.1:{port}")
    eq(server.events.find("start")[0]["metrics_listen"], f"127.0.0.1:{port}",
       "the event")
    eq(len(server.pids("et-sshd-page")), 0, "no process before it is asked")
    device = server.device("kitchen")
    device.poll("dbclient")

    status, kind, text = get(port, "/metrics")
    eq((status, kind.split(";")[0]), (200, "text/plain"), "the older format")
    check('et_up{node="test"} 1\n' in text, text)
    check("et_device_up" not in text, "no series of a device")
    eventually(lambda: 'et_device_up{device="kitchen"} 1\n' in
               get(port, "/metrics?devices=1")[2], what="on request")
    status, kind, text = get(port, "/metrics",
                             Accept="application/openmetrics-text;version=1.0.0")
    check(kind.startswith("application/openmetrics-text") and
          text.endswith("# EOF\n"), kind)
    eq(len(server.pids("et-sshd-page")), 1, "one process for all")

    for path in ("/", "/api/me", "/web/app.js", "/metrics/", "/metrics/x",
                 "/../metrics", "/%00"):
        check(get(port, path)[0] in (400, 404), path)
    check(b" 405 " in raw(port, b"POST /metrics HTTP/1.1\r\nHost: x\r\n"
                          b"Content-Length: 0\r\nConnection: close\r\n\r\n"),
          "a POST")
    raw(port, os.urandom(3000))
    raw(port, b"GET /metrics HTTP/1.1\r\nX: " + b"x" * (1 << 20))
    slow = [socket.create_connection(("127.0.0.1", port)) for _ in range(20)]
    for s in slow:
        s.sendall(b"GET /metr")
    eq(get(port, "/metrics")[0], 200, "one that dawdles delays no other")
    for s in slow:
        s.close()

    pid = server.pids("et-sshd-page")[0]
    os.kill(pid, 9)
    eventually(lambda: pid not in server.pids("et-sshd-page"), what="killed")
    eventually(lambda: _answers(port), what="another is started")

    here = prometheus(t, port)
    up = eventually(lambda: asks(here, "up"), 60, what="it scrapes")
    eq([r["value"][1] for r in up], ["1"], "and finds no fault")
    found = eventually(lambda: asks(here, 'et_devices{state="online"}'),
                       what="a figure")
    eq(found[0]["value"][1], "1", "a device")
    eq([r["value"][1] for r in asks(here, "et_polls_total")], ["1"], "a counter")

    server.stop()
    taken = t.dir / "taken.conf"
    taken.write_text(server.conf.read_text().replace(
        f'"127.0.0.1:{port}"', '"127.0.0.1"'))
    done = server.fails("-t", "-f", taken)
    check("metrics-listen 127.0.0.1: not ADDRESS:PORT" in done.err, done.err)


def _answers(port):
    try:
        return get(port, "/metrics")[0] == 200
    except OSError:
        return False


run(test)
