#!/usr/bin/python3
"""The page of the fleet through a real ssh -N -L and curl: its files, who one is; one
process for each connection, which ends with it, and when the role changes."""
from harness import Server, check, eq, eventually, run
from harness.operators import operator
from harness.page import Page
from harness.store import set_operator


def test(t):
    server = Server(t)
    server.device("kitchen", "--tag", "a")
    alice = operator(server, "alice", "viewer", "a")
    page = Page(alice)
    status, headers, body = page.curl("/")
    eq(status, 200, "the page")
    check("<title>" in body, body)
    eq(headers["content-type"], "text/html; charset=utf-8", "its type")
    status, headers, _ = page.curl("/web/style.css")
    eq(status, 200, "a file of it")
    status, _, _ = page.curl("/web/style.css", "-H",
                             f"If-None-Match: {headers['etag']}")
    eq(status, 304, "it is known already")
    status, me = page.json("/api/me")
    eq(status, 200, "who one is")
    eq([me[key] for key in ("operator", "role", "node")],
       ["alice", "viewer", "test"], str(me))
    eq(me["ssh"]["port"], server.port, "where et-sshd is")
    eq(page.curl("/nothing")[0], 404, "another path")
    eq(len(server.pids("et-sshd-page")), 1, "one process for a connection")
    server.events.wait("page.begin", operator="alice", addr="127.0.0.1")

    bob = operator(server, "bob", "admin")
    other = Page(bob)
    eq(other.json("/api/me")[1]["role"], "admin", "another operator's page")
    eq(len(server.pids("et-sshd-page")), 2, "each has its own")
    other.ssh.terminate()
    server.events.wait("page.end", operator="bob", visitors=2)
    eventually(lambda: len(server.pids("et-sshd-page")) == 1,
               what="it has ended with its connection")

    first = server.pids("et-sshd-page")
    set_operator(server, "alice", grants="b")
    server.events.wait("page.end", operator="alice",
                       reason="your role or tags have changed: try again")
    eq(page.json("/api/me")[0], 200, "the next visitor starts another")
    check(server.pids("et-sshd-page") != first, "which sees what it may see now")

    wrong = Page(alice, "fleet:81")
    check(wrong.connect().recv(1) == b"", "there is no other port")
    server.events.wait("jump.refused", target="fleet", dport=81,
                       reason="the page of the fleet is at port 80")
    server.admin_ok("operator", "remove", "alice")
    page.ssh.wait(30)
    eventually(lambda: server.pids("et-sshd-page") == [],
               what="it has ended with its operator")


run(test)
