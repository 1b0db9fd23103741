#!/usr/bin/python3
"""HTTP that a browser does not send, through a real ssh -L: targets, hosts, origins,
methods, headers and bodies that are too long, pipelines, 10,000 requests in a stream,
bytes that come one by one, visitors that say nothing.  The page answers others."""
import os
import socket
import time

from harness import SANITIZED, check, eq, eventually, proc, run
from harness import Server
from harness.operators import operator
from harness.page import Page

LONG = "ETPH_LONG" in os.environ
VISITORS = 96           # page.h: of one connection, at a time
MANY = 10000
OK = b"GET /api/me HTTP/1.1\r\nHost: localhost\r\n\r\n"


def head(request):
    return (request + "\r\n\r\n").encode("latin-1")


def get(target, *headers, method="GET", host="localhost"):
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}", *headers]
    return head("\r\n".join(lines))


class Stream:
    """One visitor."""

    def __init__(self, page):
        self.sock = page.connect(15)
        self.file = self.sock.makefile("rb")

    def answer(self, body=True):
        """Status, headers and body of the next answer; None: the end."""
        line = self.file.readline()
        if not line:
            return None
        headers = {}
        while (text := self.file.readline().strip()) != b"":
            name, _, value = text.partition(b": ")
            headers[name.lower().decode()] = value.decode()
        length = int(headers.get("content-length", 0)) if body else 0
        return int(line.split()[1]), headers, self.file.read(length)

    def ask(self, data, body=True):
        self.sock.sendall(data)
        return self.answer(body)


def one(page, data):
    """The status of a visitor's only request; None: it is closed unanswered."""
    stream = Stream(page)
    try:
        answer = stream.ask(data, False)
    except (ConnectionResetError, BrokenPipeError):
        answer = None
    except TimeoutError:
        answer = ("nothing",)
    stream.sock.close()
    return answer and answer[0]


# (status or statuses, request)
TARGETS = [(400, get(target)) for target in (
    "/..", "/../etc/passwd", "/web/..", "/web/../api/me", "/web/%2e%2e/api/me",
    "/web/.%2e", "/./", "/%2e", "/a%00", "/api/me%00", "/api/me%0a", "/%", "/%4",
    "/%zz", "/%7f", "/api/me?a=%00", "/api/me?a=%", "/web\\..\\x",
    "/\x80", "http://localhost/", "*", "localhost:80")]
TARGETS += [(404, get(target)) for target in (
    "//", "/web/", "/web/nothing", "/api/", "/API/me", "/api/me/", "/...",
    "/web/shell.html/", "/%2fapi/me")]
HOSTS = [((400, 421), get("/", host=host)) for host in (
    "evil.example", "localhost.evil.example", "localhost:80:80", "localhost:",
    "localhost:123456", "localhost:80a", "127.0.0.1.evil.example", "127.0.0.2",
    "0.0.0.0", "[::]", "[::1", "fleet", "fleet:80", "x" * 65)]
HOSTS += [((400, 421), get("/", host="")),
          (400, b"GET / HTTP/1.1\r\n\r\n"),
          (400, b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\n\r\n"),
          (400, b"GET / HTTP/1.0\r\n\r\n")]
HOSTS += [(200, get("/api/me", host=host)) for host in (
    "localhost", "LOCALHOST:3000", "127.0.0.1", "127.0.0.1:1", "[::1]:65535")]
ORIGINS = [(status, get("/api/me", header)) for status, header in (
    (403, "Origin: http://evil.example"), (403, "Origin: null"),
    (403, "Origin: https://localhost"), (403, "Origin: http://localhost:1"),
    (403, "Origin: http://localhost.evil"), (403, "Sec-Fetch-Site: cross-site"),
    (403, "Sec-Fetch-Site: same-site"), (403, "Sec-Fetch-Site: nonsense"),
    (200, "Origin: http://localhost"), (200, "Sec-Fetch-Site: same-origin"),
    (200, "Sec-Fetch-Site: none"))]
# Pages of other sites lead a person here, and load nothing for themselves.
ORIGINS += [(status, get(path, f"Sec-Fetch-Site: {site}", f"Sec-Fetch-Dest: {dest}"))
            for path, good in (("/?q=a", 200), ("/device/a", 404),
                               ("/web/app.js", 200))
            for site in ("cross-site", "same-site")
            for status, dest in ((403, "image"), (403, "iframe"), (403, "object"),
                                 (403, "empty"), (good, "document"))]
METHODS = [(405, get("/api/me", method=m)) for m in ("PUT", "DELETE", "OPTIONS",
                                                      "PATCH", "TRACE", "G", "get")]
METHODS += [(405, get("/api/act")), (200, get("/api/me", method="HEAD")),
            ((400, 405, None), get("localhost:80", method="CONNECT")),
            ((400, 505, None), b"GET /api/me HTTP/9.9\r\nHost: localhost\r\n\r\n"),
            ((400, None), b"GET\r\n\r\n"),
            ((400, 505, None), b"GET /api/me\r\n\r\n"),
            ((400, 426), get("/api/me", "Upgrade: websocket",
                             "Connection: Upgrade"))]
POST = ("Content-Type: application/json", "Sec-Fetch-Site: same-origin")
SIZES = [
    ((413, 414, 431, None), get("/" + "x" * 20000)),
    ((431, None), get("/api/me", "X: " + "x" * 20000)),
    ((431, None), get("/api/me", *[f"X-{n}: {n}" for n in range(2000)])),
    (413, get("/api/act", *POST, "Content-Length: 20000", method="POST") +
     b"x" * 20000),
    ((413, None), get("/api/act", *POST, "Transfer-Encoding: chunked",
                      method="POST") + b"4000\r\n" + b"x" * 0x4000 + b"\r\n" +
     b"4000\r\n" + b"x" * 0x4000 + b"\r\n0\r\n\r\n"),
    ((400, None), get("/api/act", *POST, "Content-Length: -1", method="POST")),
    ((400, 413, None), get("/api/act", *POST,
                           "Content-Length: 99999999999999999999",
                           method="POST")),
    ((400, None), get("/api/act", *POST, "Transfer-Encoding: chunked",
                      method="POST") + b"zz\r\n"),
    (415, get("/api/act", "Content-Length: 2", method="POST") + b"{}"),
    (403, get("/api/act", *POST, "Content-Length: 2", method="POST") + b"{}"),
    (413, get("/api/me", "Content-Length: 5") + b"hello"),
]


def headers_fit(page):
    for path in ("/", "/api/me", "/nothing"):
        _, headers, _ = Stream(page).ask(get(path))
        for name, value in (("x-content-type-options", "nosniff"),
                            ("x-frame-options", "DENY"),
                            ("referrer-policy", "no-referrer"),
                            ("cross-origin-opener-policy", "same-origin"),
                            ("cross-origin-resource-policy", "same-origin")):
            eq(headers.get(name), value, f"{path}: {name}")
        csp = headers["content-security-policy"]
        check("default-src 'self'" in csp and "frame-ancestors 'none'" in csp and
              "unsafe" not in csp, csp)
        check("access-control-allow-origin" not in headers, str(headers))
        check(path == "/" or headers["cache-control"] == "no-store", path)


def streams(page, pid):
    """Many requests in one stream, one by one and all at once."""
    stream, memory = Stream(page), proc.rss(pid)
    for n in range(MANY if LONG else 1000):
        eq(stream.ask(OK)[0], 200, f"request {n} of one stream")
    stream.sock.sendall(OK * 500)
    for n in range(500):
        eq(stream.answer()[0], 200, f"request {n} of a pipeline")
    # The sanitizers keep what is freed for a while.
    check(SANITIZED or proc.rss(pid) - memory < 2 << 20, "memory for them")
    stream.sock.sendall(OK[:20])
    time.sleep(0.05)
    eq(stream.ask(OK[20:])[0], 200, "one in two pieces")


def too_many(page):
    """Visitors that say nothing: no more than so many, and they are dropped."""
    silent = [page.connect() for _ in range(VISITORS + 4)]
    gone = eventually(lambda: [s for s in silent if ended(s)],
                      what="one is refused")
    check(len(gone) >= 3, f"{len(gone)} are refused")
    for s in silent:
        s.close()
    eventually(lambda: one(page, OK) == 200, what="others are served again")


def ended(sock):
    sock.settimeout(0.01)
    try:
        return sock.recv(1) == b""
    except TimeoutError:
        return False
    except ConnectionResetError:
        return True


def slow(page):
    """One whose header comes byte by byte is dropped, and others are served."""
    stream, start = page.connect(), time.monotonic()
    try:
        for n in range(len(OK) - 1):
            stream.sendall(OK[n:n + 1])
            if n % 5 == 0:
                eq(one(page, OK), 200, "another visitor meanwhile")
            time.sleep(0.4)
            if ended(stream):
                break
    except (BrokenPipeError, ConnectionResetError):
        pass
    took = time.monotonic() - start
    check(took < 16, f"it is dropped, after {took:.0f} s")


def test(t):
    server = Server(t)
    page = Page(operator(server, "alice", "viewer"))
    eq(one(page, OK), 200, "a good one")
    pid = server.pids("et-sshd-page")[0]
    wrong = [f"{request[:100]!r}: {got}, not {status}"
             for status, request in TARGETS + HOSTS + ORIGINS + METHODS + SIZES
             if (got := one(page, request)) not in
             (status if isinstance(status, tuple) else (status,))]
    eq(wrong, [], "otherwise answered")
    headers_fit(page)
    streams(page, pid)
    too_many(page)
    slow(page)
    eq(server.pids("et-sshd-page"), [pid], "it is the same page")
    print(f"RSS of the page: {proc.rss(pid) >> 10} KiB")


run(test, 120)
