#!/usr/bin/python3
"""et-admin metrics: figures that follow what the server does, in the formats of
OpenMetrics and of Prometheus, which promtool reads without a complaint."""
import json
import re
import shutil

from harness import Key, check, eq, eventually, run
from harness.case import SRCDIR
from harness.clients import Device
from harness.device import Listener, echo
from harness.jumps import Way
from harness.operators import operator

STORE = ("et_store_size_bytes", "et_store_schema")
SAMPLE = re.compile(r'^([a-z_]+)(?:\{(.*)\})? (\S+)$')


def parse(text):
    """{(name, labels): value}; labels as they are printed."""
    found = {}
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        name, labels, value = SAMPLE.match(line).groups()
        check((name, labels) not in found, f"twice: {line}")
        found[name, labels or ""] = float(value)
    return found


def figures(server, *options):
    return parse(server.admin("metrics", *options).ok().out)


def comes(server, name, labels, value):
    """The status is renewed every few seconds."""
    eventually(lambda: figures(server).get((name, labels)) == value,
               what=f"{name}{{{labels}}} {value}")


def monitoring(t, printed):
    """contrib/monitoring asks for series that there are; its rules pass their
    test."""
    folder = SRCDIR / "contrib/monitoring"
    board = json.loads((folder / "grafana.json").read_text())
    asked = [target["expr"] for panel in board["panels"]
             for target in panel["targets"]]
    check(len(asked) >= 15, f"{len(asked)} questions of the board")
    asked.append((folder / "et-sshd.rules.yml").read_text())
    names = {name for text in asked for name in re.findall(r"\bet_\w+", text)}
    eq(sorted(names - printed), [], "series that there are not")
    if shutil.which("promtool"):
        for args in (("check", "rules", folder / "et-sshd.rules.yml"),
                     ("test", "rules", folder / "et-sshd.test.yml")):
            done = t.run(["promtool", *args])
            eq(done.code, 0, f"{args}\n{done.out}{done.err}\nstatus")


def test(t):
    port = Listener(t, echo).port
    way = Way(t, 1, ports=(port,))
    server = way.server
    Device(server, way.name, Key(t, "stranger")).poll("ssh")
    way.device.poll("ssh")
    comes(server, "et_logins_refused_total",
          'node="test",reason="unknown key"', 1)
    comes(server, "et_jumps_total", 'node="test",result="open"', 1)
    eq(server.admin("metrics", "--format", "xml").code, 2, "no such format")

    got = figures(server)
    eq(got["et_up", 'node="test"'], 1, "up")
    check(got["et_polls_total", 'node="test"'] >= 1, "polls")
    eq(sum(v for (n, _), v in got.items() if n == "et_devices"), 1, "devices")
    eq(got["et_jump_wait_seconds_count", 'node="test"'], 1, "one jump waited")
    buckets = [v for (n, l), v in got.items()
               if n == "et_jump_wait_seconds_bucket"]
    eq(len(buckets), 11, "buckets")
    eq(buckets, sorted(buckets), "they add up")
    eq(buckets[-1], 1, "to all")
    check(got["et_store_size_bytes", ""] > 4096, "the store")
    check(not [n for n, _ in got if n.startswith("et_device_")],
          "no series of a device")

    monitoring(t, {name for name, _ in got})
    each = figures(server, "--devices")
    label = f'device="{way.name}"'
    eq(each["et_device_up", label], 1, "a device, on request")
    check(each["et_device_last_seen_seconds", label] > 1.7e9, "last seen")

    text = server.admin("metrics", "--devices").ok().out
    check(text.endswith("# EOF\n"), "OpenMetrics has an end")
    check("# TYPE et_polls counter\n" in text, "and its own family names")
    old = server.admin("metrics", "--devices", "--format", "prometheus").ok().out
    check("# TYPE et_polls_total counter\n" in old and "EOF" not in old,
          "the format of Prometheus")
    eq(sorted(parse(old)), sorted(parse(text)), "the same series")
    if shutil.which("promtool"):
        done = t.run(["promtool", "check", "metrics"], data=old.encode())
        eq((done.code, done.out, done.err), (0, "", ""), "promtool check")

    ada = operator(server, "ada", "admin")
    eq(sorted(parse(ada.command("metrics")[1])), sorted(figures(server)),
       "by SSH")
    vera = operator(server, "vera", "viewer")
    check(vera.command("metrics")[0] != 0, "for admins alone")

    server.stop()
    eq([k for k in figures(server).items() if k[0][0] not in STORE],
       [(("et_up", ""), 0)], "a server that is down says no more")


run(test)
