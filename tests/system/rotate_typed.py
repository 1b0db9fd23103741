#!/usr/bin/python3
"""doc/operations.md, "Rotate the host keys": its blocks, typed in their order on a
machine that is server and device; the device is never lost."""
import json

from machine import CONFDIR, check, eq, eventually, installed, run
from pages import blocks, commands, serve

ID = "6466b34bde54"
KNOWN = "/etc/et-phone-home/.ssh/known_hosts"
HEADINGS = ("Rotate the host keys", "Another name or address")


def status(m):
    return json.loads(m.ok("et-admin --json hostkey rotate status"))


def ready(m):
    eventually(lambda: status(m)["ready"] == 1, what="the device is ready",
               every=0.2)


def pinned(m):
    return sorted(set(x.split()[2] for x in m.ok(f"cat {KNOWN}").splitlines()
                      if x.startswith("localhost ")))


def keys(m):
    return sorted(json.loads(x)["known_hosts"].split()[2] for x in
                  m.ok("et-admin --json hostkey show").splitlines()
                  if not json.loads(x)["path"].endswith(".next"))


def enrol(m):
    out = m.ok("et-admin token new --server localhost")
    paste = out.split("With OpenSSH's ssh:")[1].strip()
    m.run("sh", "-c", f"export ET_ID={ID}; {paste}", timeout=90).ok()
    m.ok("echo 'interval = 1' >>/etc/et-phone-home/config")
    eventually(lambda: m.sh("et-phone-home reload").code == 0,
               what="the client runs", every=0.2)


def test(t):
    m = installed(t)
    serve(m)
    enrol(m)
    typed = [list(commands(text)) for heading, text in
             blocks("doc/operations.md") if heading in HEADINGS]
    first = [lines[0].split()[3] for lines in typed]
    eq(first, ["begin", "status", "finish", "abort", "server", "finish"],
       "the blocks")
    begin, look, finish, abort, server, end = typed

    def type_all(lines):
        for line in lines:
            m.ok(f"cd /root; {line}", timeout=90)

    old = keys(m)
    eq(pinned(m), old, "what is pinned")
    type_all(begin)
    ready(m)
    type_all(look)
    type_all(finish)
    new = keys(m)
    check(not set(old) & set(new), "other keys")
    eventually(lambda: pinned(m) == new, what="the new keys are pinned",
               every=0.2)
    m.ok(f"ls {CONFDIR}/*.old")
    type_all(begin)
    ready(m)
    type_all(abort)
    eventually(lambda: m.sh("grep pin= /etc/et-phone-home/pins-localhost").code,
               what="the device forgets", every=0.2)
    type_all(server)
    ready(m)
    type_all(end)
    eq((keys(m), pinned(m)), (new, new), "the keys are those of before")


run(test)
