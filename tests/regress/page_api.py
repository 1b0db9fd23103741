#!/usr/bin/python3
"""What the page tells through a real ssh -L: a poll is seen within 2 s, each
role sees its devices and lists, and a hostile client's words stay text."""
import re
import time
import urllib.parse

import paramiko

from harness import Server, check, eq, eventually, run
from harness.clients import start_client
from harness.operators import operator
from harness.page import Page

SOON = 2                # s until a poll is seen
HOSTILE = "SSH-2.0-<script>alert('1')</script>\"&quot;<img/src=x>"
MARKUP = re.compile(r"<script(?! type=\"module\" src=\"/web/)|<img")


def ids(page, **asked):
    status, told = page.json("/api/fleet?" + urllib.parse.urlencode(asked))
    eq(status, 200, str(told))
    return [row["id"] for row in told["rows"]]


def test_live(page, kitchen):
    """A poll is in /api/rows soon; then nothing is told until the next."""
    told = page.json("/api/fleet")[1]
    rows = f"/api/rows?ids=kitchen,cellar&since={told['now']}"
    before = next(row for row in told["rows"] if row["id"] == "kitchen")
    kitchen.answer("poll 1 up=77 mem=9 memt=512 fw=23.05")
    start = time.monotonic()

    def seen():
        status, _, _ = page.curl(rows)
        return status == 200
    eventually(seen, timeout=SOON, what="the poll is seen", every=0.05)
    print(f"seen after {time.monotonic() - start:.2f} s")
    told = page.json(rows)[1]
    row = next(row for row in told["rows"] if row["id"] == "kitchen")
    check(row["last_seen"] > (before["last_seen"] or 0), str(row))
    eq((row["uptime"], row["memory"], row["firmware"], row["wrong"]),
       (77, 9, "23.05", "memory"), "its health")
    eq(page.json("/api/device/kitchen")[1]["doctor"], [], "no \"no problem\"")
    check(row["wrong_text"] in page.curl("/device/kitchen")[2], "as a page")
    eventually(lambda: page.curl("/api/rows?ids=kitchen,cellar&since=" +
                                 str(page.json("/api/fleet")[1]["now"])
                                 )[0] == 204, what="nothing is new")


def test_roles(server, pages):
    eq(sorted(ids(pages["root"])), ["cellar", "kitchen"], "an admin's")
    for name in ("alice", "victor"):
        eq(ids(pages[name]), ["kitchen"], f"{name}'s devices")
        eq(pages[name].curl("/api/device/cellar")[0], 404, "not of a tag")
        eq(pages[name].curl("/device/cellar")[0], 404, "nor as a page")
        check("cellar" not in pages[name].curl("/")[2], "nor in the table")
        eq(pages[name].json("/api/tokens")[0], 403, "tokens")
        status, told = pages[name].json("/api/operators")
        eq([row["operator"] for row in told["operators"]], [name], "oneself")
    server.admin_ok("device", "alias", "cellar", "wine")
    eq(pages["root"].json("/api/device/wine")[1]["device"]["id"], "cellar",
       "by its alias")
    check("wine" in pages["root"].curl("/device/wine")[2], "as a page, too")
    eq(pages["alice"].curl("/api/device/wine")[0], 404, "an alias of others")
    eq(len(pages["root"].json("/api/tokens")[1]["tokens"]), 0, "tokens")
    eq(len(pages["root"].json("/api/operators")[1]["operators"]), 3, "all")
    for name in pages:
        status, told = pages[name].json("/api/server")
        eq(told["nodes"][0]["node"], "test", f"the server for {name}: {told}")
        eq(pages[name].json("/api/alerts")[0], 200, "alerts")
    lines = pages["alice"].json("/api/device/kitchen")[1]["lines"]
    eq(lines["ssh"], f"ssh -J alice@SERVER:{server.port} root@kitchen", "line")
    check("lines" not in pages["victor"].json("/api/device/kitchen")[1],
          "a viewer reaches none")


def test_hostile(page, kitchen):
    transport = paramiko.Transport(kitchen.server.connect())
    transport.local_version = HOSTILE
    start_client(transport)
    transport.auth_publickey(kitchen.user, kitchen.key.paramiko())
    channel = transport.open_session(timeout=30)
    channel.exec_command("poll 1 wan=x' up=<b> Z=<script>")
    channel.recv_exit_status()
    transport.close()

    def seen():
        return page.json("/api/device/kitchen")[1]["device"]["client"] == \
            HOSTILE
    eventually(seen, timeout=10, what="the hostile client is seen")
    for path in ("/", "/device/kitchen", "/?q=%22%3E%3Cscript%3E",
                 "/?where=%3Cscript%3E", "/device/%3Cscript%3E"):
        _, headers, body = page.curl(path)
        check(not MARKUP.search(body), f"{path}: {body}")
        check("default-src 'self'" in headers["content-security-policy"], path)
    check("&lt;script&gt;alert(&#39;1&#39;)" in page.curl("/")[2],
          "it is shown as text")


def test_wrong(page):
    """A wrong parameter is 400 with one line."""
    for asked in ("limit=201", "limit=-1", "offset=99999999", "q=" + "x" * 201,
                  "where=a", "state=x", "sort=%00", "desc=3",
                  "where=" + ";".join(["mem<5%25"] * 9)):
        status, headers, body = page.curl(f"/api/fleet?{asked}")
        eq(status, 400, asked)
        check(body.startswith('{"error":"') or "%00" in asked, body)
        check("\n" not in body.strip(), body)
    eq(page.curl("/api/rows?ids=" + ",".join(["a"] * 201))[0], 400, "ids")


def test(t):
    server = Server(t)
    kitchen = server.device("kitchen", "--tag", "a")
    server.device("cellar", "--tag", "b")
    pages = {"root": Page(operator(server, "root-1", "admin")),
             "alice": Page(operator(server, "alice", "operator", "a")),
             "victor": Page(operator(server, "victor", "viewer", "a"))}
    test_live(pages["alice"], kitchen)
    test_roles(server, pages)
    test_hostile(pages["root"], kitchen)
    test_wrong(pages["victor"])
    eq(server.events.find("page.refused"), [], "refused")


run(test)
