#!/usr/bin/python3
"""A device's own web interface through the page: by its name and by its alias, on
another port and by TLS; of a device that sleeps, and of one that is not reached;
and what is no request for a device."""
import hashlib
import http.client
import os
import re
import socket
import ssl
import threading

from harness import Server, check, eq, eventually, run
from harness.case import Fail
from harness.luci import Luci, certificate
from harness.operators import operator
from harness.page import Page
from harness.waiting import Waiting

BROWSER = ("Accept: text/html", "Sec-Fetch-Dest: document",
           "Sec-Fetch-Mode: navigate")


def visit(page, host, path="/", *options, timeout=30, scheme="http"):
    """Status, headers and body, as curl has them of a device."""
    url = f"{scheme}://{host}:{page.port}{path}"
    done = page.case.run(
        ["curl", "-sS", "-i", "-k", "--max-time", timeout, *options, url],
        timeout + 10)
    if done.code != 0:
        raise Fail(f"{url}: {done}")
    text = done.out.replace("\r\n", "\n")
    if text.startswith("HTTP/1.1 100"):
        text = text.partition("\n\n")[2]
    head, _, body = text.partition("\n\n")
    return int(head.split()[1]), head, body


def browse(page, host, path="/", **how):
    words = [word for header in BROWSER for word in ("-H", header)]
    return visit(page, host, path, *words, **how)


def raw(page, text, timeout=30):
    """All that is answered to these bytes."""
    with page.connect(timeout) as s:
        s.sendall(text)
        got = b""
        while data := s.recv(65536):
            got += data
        return got


def answer(s):
    """The status of the next answer."""
    with http.client.HTTPResponse(s) as response:
        response.begin()
        response.read()
        return response.status


def refused(page, text, status):
    got = raw(page, text)
    check(got.startswith(b"HTTP/1.1 %d " % status), f"{text!r}: {got!r}")
    check(b"frame-ancestors 'none'" in got, got)


def reached(server, page, luci, other):
    for host in ("kitchen.localhost", "D1.localhost", "kitchen--80.localhost"):
        status, _, body = visit(page, host)
        eq((status, "Login to d1" in body), (200, True), host)
    status, _, body = visit(page, "kitchen--8080.localhost")
    check("Login to other" in body, body)
    eq(other.asked[-1][1]["Host"], f"kitchen--8080.localhost:{page.port}",
       "Host as it was sent")
    opened = server.events.wait("jump.open", operator="alice", device="d1",
                                dport=8080)
    closed = server.events.wait("jump.close", jump=opened["jump"])
    check(closed["bytes_out"] > 50 and closed["bytes_in"] > 100, str(closed))
    status, head, _ = visit(page, "kitchen.localhost", "/cgi-bin/luci", "-d",
                            "password=secret")
    eq(status, 302, "the login")
    check("Set-Cookie: sysauth" in head, head)
    bulk = page.case.dir / "bulk"
    bulk.write_bytes(b"0123456789abcdef" * (4 << 16))
    status, _, body = visit(page, "kitchen.localhost", "/upload",
                            "--data-binary", f"@{bulk}")
    check(body == hashlib.sha256(bulk.read_bytes()).hexdigest(), body)
    luci.pages["/bulk"] = ("text/plain", bulk.read_text())
    eq(len(visit(page, "kitchen.localhost", "/bulk")[2]), 4 << 20, "4 MiB")


def in_one_stream(server, page, luci):
    """A stream's second request is for the same device, or the stream ends."""
    name = b"kitchen.localhost"
    asked = len(luci.asked)
    get = b"GET %s HTTP/1.1\r\nHost: %s\r\n\r\n"
    with page.connect() as s:
        for path in (b"/one", b"/two"):
            s.sendall(get % (path, name))
            eq(answer(s), 404, "by the device")
        s.sendall(b"POST /upload HTTP/1.1\r\nHost: %s\r\n"
                  b"Transfer-Encoding: chunked\r\n\r\n"
                  b"4;x=y\r\nabcd\r\n1\r\n\n\r\n0\r\n\r\n" % name)
        eq(answer(s), 200, "a body in chunks")
        after = server.events.mark()
        s.sendall(get % (b"/api/me", b"localhost"))
        eq(s.recv(4096), b"", "a request for another host")
    server.events.wait("jump.close", after=after, device="d1",
                       reason="request for another host")
    eq(luci.paths()[asked:], ["/one", "/two", "/upload"], "what it was asked")
    # What could be read in two ways is refused; a body is no request.
    hidden = get % (b"/api/me", b"localhost")
    refused(page, b"POST /x HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n"
                  b"Transfer-Encoding: chunked\r\n\r\n%s" %
            (name, len(hidden), hidden), 400)
    check(raw(page, b"POST /upload HTTP/1.1\r\nHost: %s\r\n"
                    b"Connection: close\r\nContent-Length: %d\r\n\r\n%s" %
              (name, len(hidden), hidden)).startswith(b"HTTP/1.1 200"),
          "a request in a body")
    asked = len(luci.asked)
    got = raw(page, get % (b"/api/me", b"localhost") +
              b"GET /two HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
              % name)
    check(b" 200 " in got and b" 421 " in got, got)
    eq(luci.paths()[asked:], [], "what begins with the page, stays with it")


def in_pieces(page):
    text = b"GET / HTTP/1.1\r\nHost: kitchen.localhost\r\nConnection: close\r\n\r\n"
    with page.connect() as s:
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for at in range(len(text)):
            s.sendall(text[at:at + 1])
            threading.Event().wait(0.002)
        check(b"Login to d1" in s.makefile("rb").read(), "byte by byte")


def no_device(page):
    end = b"\r\n\r\n"
    refused(page, b"GET / HTTP/1.1" + end, 400)
    refused(page, b"GET / HTTP/1.1\r\nHost: d1.localhost\r\nHost: localhost" +
            end, 400)
    refused(page, b"GET http://localhost/ HTTP/1.1\r\nHost: d1.localhost" +
            end, 400)
    refused(page, b"GET / HTTP/1.1\r\nHost: d1.localhost\r\n x" + end, 400)
    refused(page, b"GET / HTTP/1.1\r\nHost: d1.localhost\r\nX: \0" + end, 400)
    refused(page, b"GET / HTTP/1.1\r\nHost: evil.example" + end, 421)
    refused(page, b"GET /\r\n", 400)
    refused(page, b"SSH-2.0-x\r\n", 400)
    refused(page, b"GET / HTTP/1.1\r\nHost: d1.localhost\r\nX: " +
            b"x" * 20000 + end, 431)
    refused(page, b"GET /" + b"x" * 20000, 414)


def not_reached(server, page, viewer):
    status, _, body = visit(page, "nothing.localhost")
    eq(status, 404, "no such device")
    check("no such device, or port not granted to you" in body, body)
    server.events.wait("jump.refused", operator="alice", target="nothing",
                       dport=80)
    status, _, body = visit(page, "d1--81.localhost")
    eq(status, 403, "not granted")
    status, _, body = visit(page, "localhost.localhost")
    eq(status, 404, "the server is no device")
    status, _, body = visit(viewer, "d1.localhost")
    eq(status, 403, "a viewer reaches nothing")
    check("no such device, or port not granted to you" in body, body)
    server.events.wait("jump.refused", operator="vera", reason="not granted")
    status, head, body = visit(page, "kitchen--8081.localhost")
    eq(status, 502, "nobody listens there")
    check("refused by the device" in body, body)
    check("default-src 'none'" in head and "Set-Cookie" not in head, head)


def tls_hello(page, name):
    """The alert that ends a handshake for this name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with page.connect() as s:
            context.wrap_socket(s, server_hostname=name)
        raise Fail(f"a handshake for {name}")
    except ssl.SSLError as alert:
        return str(alert)


def by_tls(page, secret):
    status, _, body = visit(page, "kitchen.localhost", scheme="https")
    eq((status, "Login to secret" in body), (200, True), "port 443")
    status, _, body = visit(page, "kitchen--8443.localhost", scheme="https")
    check("Login to secret" in body, body)
    eq(secret.asked[-1][1]["Host"], f"kitchen--8443.localhost:{page.port}",
       "Host as it was sent")
    check("UNRECOGNIZED_NAME" in tls_hello(page, "localhost").upper(),
          "the page speaks no TLS")
    check("ALERT" in tls_hello(page, None).upper(), "a name is needed")
    check("ACCESS_DENIED" in tls_hello(page, "d1--81.localhost").upper(),
          "a port that is not granted")


def sleeps(t, server, page, luci):
    """A person sees that the device is waited for, and then the device."""
    device = server.device("attic", "--tag", "a")
    device.answer("poll 1")
    after = server.events.mark()
    status, head, body = browse(page, "attic.localhost")
    eq(status, 503, "not yet")
    check(re.search(r"waiting for attic&#39;s next poll, due in \d+ s", body),
          body)
    check('http-equiv="refresh" content="2"' in body, body)
    check("Retry-After: 2" in head and "<script" not in body, head)
    server.events.wait("jump.wait", device="attic", after=after)
    answers = []
    waits = threading.Thread(target=lambda: answers.append(
        browse(page, "attic.localhost")))
    waits.start()
    line = next(line for line in device.answer("poll 1") if line[:3] == "80:")
    sport = line.split(":")[1]
    t.spawn(device.argv("dbclient", "-N", "-R",
                        f"{sport}:localhost:{luci.port}"))
    waits.join(30)
    eq(answers[0][0], 200, "now")
    check("Login to d1" in answers[0][2], answers[0][2])
    eq(len(server.events.find("jump.wait", device="attic", after=after)), 1,
       "one jump for both")


def person_leaves(server, page):
    """Who waits goes away, or the connection: the forward is withdrawn."""
    server.device("cellar", "--tag", "a")
    for ends in (lambda s: s.close(), lambda s: page.ssh.terminate()):
        after = server.events.mark()
        s = page.connect()
        s.sendall(b"GET / HTTP/1.1\r\nHost: cellar.localhost\r\n\r\n")
        server.events.wait("jump.wait", device="cellar", after=after)
        ends(s)
        server.events.wait("jump.refused", device="cellar", after=after,
                           reason="canceled by the operator")
    eventually(lambda: not [r for r in server.admin_json("forward", "list")
                            if r["device"] == "cellar"],
               what="nothing is wanted of it")


def revoked(server, page, luci):
    """An open stream ends with the grant."""
    with page.connect() as s:
        s.sendall(b"GET /bulk HTTP/1.1\r\nHost: d1.localhost\r\n\r\n")
        s.recv(1000)
        after = server.events.mark()
        server.admin_ok("device", "disable", "d1")
        while s.recv(65536):
            pass
    server.events.wait("jump.close", after=after, device="d1",
                       reason="no longer granted")
    status, _, body = visit(page, "d1.localhost")
    eq(status, 403, "disabled")
    check("device disabled" in body, body)


def many_wait(server, page):
    """As many wait as may, and one more is told so."""
    server.device("loft", "--tag", "a")
    held = [page.connect() for _ in range(48)]
    for s in held:
        s.sendall(b"GET / HTTP/1.1\r\nHost: loft.localhost\r\n\r\n")
    server.events.wait("jump.wait", device="loft", count=48)
    status, _, body = visit(page, "loft.localhost")
    eq(status, 503, "one more")
    check("Too many connections wait" in body, body)
    for s in held:
        s.close()


def held(server, page):
    """Descriptors of a page's process, the monitor's and the workers'."""
    return [len(os.listdir(f"/proc/{pid}/fd")) for pid in
            (page, server.process.pid, *server.workers())]


def many_at_once(server, page):
    """Browsers open many connections; none leaves anything behind."""
    visit(page, "kitchen.localhost")
    pid, = server.pids("et-sshd-page")
    before = held(server, pid)
    results = []
    threads = [threading.Thread(target=lambda: results.extend(
        visit(page, "kitchen.localhost")[0] for _ in range(3)))
        for _ in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    eq(results, [200] * 72, "all of them")
    eventually(lambda: all(now <= then + 1 for now, then in
                           zip(held(server, pid), before)),
               what=f"no more than {before} descriptors")


def test(t):
    server = Server(t)
    device = server.device("d1", "--alias", "kitchen", "--tag", "a")
    server.admin_ok("permit", "add", "tag:a", "1-9999", "--virtual")
    luci, other = Luci(t, "d1"), Luci(t, "other")
    secret = Luci(t, "secret", certificate(t, "kitchen.localhost"))
    ports = ((80, luci.port), (8080, other.port), (443, secret.port),
             (8443, secret.port), (8081, 1))
    Waiting(device, options=[word for dport, port in ports
                             for word in ("-R", f"{dport}:localhost:{port}")])
    server.events.wait("forward.open", count=len(ports))
    alice = operator(server, "alice", "operator",
                     "a:80,443,8080-8081,8443")
    page = Page(alice)
    many_at_once(server, page)
    reached(server, page, luci, other)
    in_one_stream(server, page, luci)
    in_pieces(page)
    no_device(page)
    not_reached(server, page, Page(operator(server, "vera", "viewer", "a")))
    by_tls(page, secret)
    sleeps(t, server, page, luci)
    revoked(server, page, luci)
    many_wait(server, Page(alice))
    person_leaves(server, page)
    eq(server.events.find("page.end", operator="alice", reason="page stalled"),
       [], "pages that stalled")


run(test)
