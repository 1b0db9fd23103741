#!/usr/bin/python3
"""Receivers and lines that mean harm: an answer without end, one byte a second,
headers without end, a certificate of somebody else; lines that are no alerts, too
long, not UTF-8, deep; a full disk of the state.  et-notify goes on, small, and
what it may do is what its seal says."""
import json
import os
import pathlib
import threading
import time

from harness import SANITIZED, check, eq, eventually, run
from harness.notifying import Notify, Webhook, alert, certificate


def endless(request):
    request.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        request.wfile.write(b"x" * 65536)


def endless_headers(request):
    request.wfile.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        request.wfile.write(b"X-Filler: " + b"y" * 1000 + b"\r\n")


def dribble(request):
    while True:
        request.wfile.write(b"HTTP/1.1"[:1])
        request.wfile.flush()
        time.sleep(0.2)


def echo_secret(request):
    return 400, {}, (request.headers["Authorization"] + "\x1b[2J\r\n").encode()


def receivers(t):
    hooks = {}
    conf = "retry = 300\n"
    token = t.dir / "token"
    token.write_text("sesame-token\n")
    token.chmod(0o600)
    for answer in (endless, endless_headers, dribble, echo_secret):
        hook = hooks[answer.__name__] = Webhook(t)
        hook.answer = answer
        conf += (f'webhook {answer.__name__} {{ url = "{hook.url()}" timeout '
                 f'= 2 secret-file = "{token}" }}\n')
    cert = certificate(t)
    wrong = certificate(t, "elsewhere.example")
    good, bad = Webhook(t, cert), Webhook(t, wrong)
    conf += (f'webhook good {{ url = "{good.url()}" ca-file = "{cert[0]}" }}\n'
             f'webhook unknown {{ url = "{good.url()}" }}\n'
             f'webhook name {{ url = "{bad.url()}" ca-file = "{wrong[0]}" }}\n')
    n = Notify(t, conf, "receivers")
    n.stream.touch()
    n.start()
    n.write(alert(1))
    for name, text in {
            "endless": "a1 open sent",
            "endless_headers": "a1 open sent",
            "dribble": "1 waiting; again in",
            "echo_secret": "a1 open refused, given up: status 400: "
                           "Bearer ************?[2J",
            "good": "a1 open sent",
            "unknown": "SSL peer certificate",
            "name": "SSL peer certificate"}.items():
        eventually(lambda: any(line.startswith(f"et-notify: webhook {name}: ")
                               and text in line
                               for line in n.said().splitlines()),
                   what=f"{name}: {text}")
    check("sesame" not in n.said(), n.said())
    eq((len(good.got), len(bad.got)), (1, 0), "by TLS")
    n.stop()


def lines(t):
    hook = Webhook(t)
    n = Notify(t, f'webhook hook {{ url = "{hook.url()}" rate = 0 }}\n',
               "lines")
    n.stream.touch()
    n.start()
    n.write(b"\n", b"nonsense\n", b"[]\n", b"{}\n", b"null\n",
            b"\xff\xfe\n", b"{\"a\":" * 20000 + b"\n",
            json.dumps(alert(2, summary="x" * (1 << 20))).encode() + b"\n",
            alert(3, id=""), alert(3, id="a b"), alert(3, id="x" * 200),
            alert(3, id="a\r\nX-Evil: 1"), alert(3, time="yesterday"),
            alert(3, event="explode"), alert(3, summary=7),
            json.dumps(alert(3)).encode().replace(b"kitchen", b"\xc3\x28")
            + b"\n",
            alert(4, summary="a\x1bb\u202ec\u2028d\x9fe", deep={"a": {"b": 1}},
                  devices=["d\r\n"] * 500 + [{}], **{"wei\nrd": "x"}))
    hook.wait(1)
    eq(n.process.poll(), None, "it runs")
    body, = (b for _, _, b in hook.got)
    eq((body["id"], body["summary"]), ("a4", "a b c d e"), "made safe")
    eq((body["devices"], "deep" in body, len(body["devices"])),
       (["d  "] * 50, False, 50), "bounded")
    check("wei\nrd" not in body, body)
    check("lines of" in n.said() and "were no alerts" in n.said(), n.said())
    n.stop()


def status(pid, key):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{key}:"):
            return line.split()[1]
    return None


def sealed(t):
    """The filter of the queue; of an attempt that waits, too; the launcher is
    small and has no alert."""
    hook = Webhook(t)
    busy = threading.Event()
    hook.answer = lambda request: busy.set() or time.sleep(30)
    n = Notify(t, f'webhook hook {{ url = "{hook.url()}" }}\n', "sealed")
    n.stream.touch()
    n.start()
    n.write(alert(1))
    busy.wait(30)
    launcher, = children(n.process.pid)
    attempt, = children(launcher)
    for pid in n.process.pid, attempt:
        eq((status(pid, "Seccomp"), status(pid, "NoNewPrivs")), ("2", "1"),
           "its filter")
    sockets = [f for f in os.listdir(f"/proc/{n.process.pid}/fd")
               if "socket" in os.readlink(f"/proc/{n.process.pid}/fd/{f}")]
    eq(len(sockets), 1, "sockets of the queue: the launcher's")
    if not SANITIZED:
        check(int(status(n.process.pid, "VmRSS")) < 12 * 1024, "its memory")
    n.kill()


def children(pid):
    path = f"/proc/{pid}/task/{pid}/children"
    return [int(p) for p in pathlib.Path(path).read_text().split()]


def full_disk(t):
    hook = Webhook(t)
    n = Notify(t, 'retry = 1\nretry-most = 1\n'
               f'webhook hook {{ url = "{hook.url()}" rate = 0 }}\n', "full")
    if t.run(["mount", "-t", "tmpfs", "-o", "size=64k,mode=700", "tmpfs",
              n.state]).code != 0:
        print("no mount: a full disk is not tried")
        return
    t.closers.append(lambda: t.run(["umount", "-l", n.state]))
    n.stream.touch()
    n.start()
    eventually(lambda: (n.state / "state.json").exists(), what="a state")
    filler = n.state / "filler"
    try:
        filler.write_bytes(b"x" * (1 << 20))
    except OSError:
        pass
    hook.answer = lambda request: (500, {}, b"")
    n.write(alert(1), alert(2))
    eventually(lambda: "No space left on device" in n.said(), what="a warning")
    n.kill()
    json.loads((n.state / "state.json").read_text())
    hook.answer = lambda request: (200, {}, b"")
    n.start()
    hook.wait(2)
    eq(list(dict.fromkeys(hook.ids())), [("a1", "open"), ("a2", "open")],
       "what was not saved is read again")
    filler.unlink()
    n.stop()
    eq(n.waiting(), {"hook": []}, "saved")


def test(t):
    for scene in (receivers, lines, sealed, full_disk):
        scene(t)


run(test)
