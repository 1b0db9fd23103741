#!/usr/bin/python3
"""ssh -N -L 3000:kitchen:80 alice@server, and a browser on http://localhost:3000
shows the device's web interface: a real web server, a real browser.

With ETPH_SCREENSHOT=FILE.png it leaves a picture of what it saw there.
"""
import os
import shutil

from harness import Server, Skip, check, eq, eventually, fresh_port, run
from harness.case import SRCDIR
from harness.device import answers
from harness.operators import operator
from harness.waiting import Waiting

WEB = SRCDIR / "tests" / "regress" / "web"
CHROMIUM = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
            "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync",
            "--virtual-time-budget=15000", "--window-size=960,560",
            "--hide-scrollbars")


def web_server(t):
    """BusyBox's, as on the device."""
    if shutil.which("busybox") is None:
        raise Skip("no busybox here")
    port = fresh_port()
    t.spawn(["busybox", "httpd", "-f", "-p", f"127.0.0.1:{port}", "-h", WEB])
    eventually(lambda: answers(port), what="the web server listens")
    return port


def look(t, url, *what):
    folder = t.dir / f"browser-{os.urandom(4).hex()}"
    done = t.run(["env", f"HOME={t.dir}", shutil.which("chromium"), *CHROMIUM,
                  f"--user-data-dir={folder}", *what, url], 60)
    eq(done.code, 0, str(done)[-1500:])
    return done.out


def test(t):
    if shutil.which("chromium") is None:
        raise Skip("no chromium here")
    server = Server(t)
    device = server.device("6466b34bde54", "--alias", "kitchen", "--tag", "a")
    alice = operator(server, "alice", "operator", "a")
    web, local = web_server(t), fresh_port()
    server.admin_ok("permit", "add", "tag:a", "80", "--virtual")
    Waiting(device, options=("-R", f"80:localhost:{web}"))
    server.events.wait("forward.open", device=device.name)
    alice.forward(f"{local}:kitchen:80")
    eventually(lambda: answers(local), what="ssh -L listens")
    url = f"http://localhost:{local}/"
    dom = look(t, url, "--dump-dom")
    for text in ("<h1>kitchen</h1>", "OpenWrt 23.05.5", "carrier's NAT",
                 "door-sensor", "-61 dBm"):
        check(text in dom, f"{text} is not shown: {dom[-2000:]}")
    jumps = server.events.find("jump.open", operator="alice", dport=80)
    check(len(jumps) > 1, "the browser opens several channels")
    eq(server.events.find("jump.refused"), [], "jumps that were refused")
    picture = t.dir / "picture.png"
    look(t, url, f"--screenshot={picture}")
    check(picture.read_bytes().startswith(b"\x89PNG"), "a picture")
    if "ETPH_SCREENSHOT" in os.environ:
        shutil.copy(picture, os.environ["ETPH_SCREENSHOT"])


run(test)
