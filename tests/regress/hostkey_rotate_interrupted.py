#!/usr/bin/python3
"""begin and finish that are interrupted anywhere, run again, end as if they had
not been; between, the server starts, with some of the keys or all."""
import os
import pathlib
import random
import signal
import time

from harness import Server, check, eq, run

ROUNDS = 12


def paths(server):
    return [pathlib.Path(k.openssh) for k in server.hostkeys]


def beside(path, suffix):
    return path.with_name(path.name + suffix)


def public(t, path):
    return t.run(["ssh-keygen", "-yf", path], check_=True).out.split()[1]


def rotate(server, *args):
    return server.admin("hostkey", "rotate", *args)


def killed(t, server, most, *args):
    """Started, and ended by KILL after some of its time."""
    argv = [server.bin / "admin" / "et-admin", "-c", server.conf, "hostkey",
            "rotate", *args]
    with open(os.devnull, "wb") as null:
        process = t.spawn(argv, stdout=null, stderr=null)
        time.sleep(random.random() * most)      # anywhere in it
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def polls(t, server, device):
    """It starts, and the device that pins what is there polls."""
    for key, path in zip(server.hostkeys, paths(server)):
        server.own(path)
        key.base64 = public(t, path)
    server.start()
    for client in ("dbclient", "ssh"):
        eq(device.answer("poll 1", client), ["0"], client)
    server.stop()


def finished(t, server, old, new):
    eq([public(t, p) for p in paths(server)], new, "the new keys")
    eq([public(t, beside(p, ".old")) for p in paths(server)], old, "the old ones")
    folder = paths(server)[0].parent
    left = [p.name for p in folder.iterdir() if p.name.endswith(
        (".next", ".next.pub", ".announced", ".new")) or p.name.startswith(".hostkey")]
    eq(left, [], "what is left")


def by_steps(t, server, device):
    """Each state that finish goes through: it goes on from there."""
    for step in range(5):
        rotate(server, "begin").ok()
        old = [public(t, p) for p in paths(server)]
        new = [public(t, beside(p, ".next")) for p in paths(server)]
        for p in paths(server):
            beside(p, ".old").unlink(missing_ok=True)
        for n in range(step):
            path = paths(server)[n // 2]
            if n % 2:
                beside(path, ".next").rename(path)
            else:
                os.link(path, beside(path, ".old"))
        if step > 1:
            check(rotate(server, "abort").code == 1, "too late to abort")
            check(rotate(server, "begin").code == 1, "nor begun anew")
        polls(t, server, device)
        rotate(server, "finish", "--force").ok()
        finished(t, server, old, new)
        polls(t, server, device)


def test(t):
    server = Server(t, ecdsa=True)
    device = server.device()
    server.stop()
    # Keys that two servers' tests share a folder with are not these.
    check(rotate(server, "finish", "--force").code == 1, "nothing runs")
    by_steps(t, server, device)
    begin = time.monotonic()
    rotate(server, "begin").ok()
    most = time.monotonic() - begin
    rotate(server, "abort").ok()
    for _ in range(ROUNDS):
        old = [public(t, p) for p in paths(server)]
        killed(t, server, most, "begin")
        for litter in paths(server)[0].parent.glob(".hostkey-*"):
            for file in litter.iterdir():
                file.unlink()
            litter.rmdir()
        rotate(server, "begin").ok()
        new = [public(t, beside(p, ".next")) for p in paths(server)]
        killed(t, server, most, "finish", "--force")
        if beside(paths(server)[0], ".announced").exists():
            rotate(server, "finish", "--force").ok()
        finished(t, server, old, new)
    polls(t, server, device)
    # A key that is announced and lost is not put off until the restart.
    rotate(server, "begin").ok()
    beside(paths(server)[0], ".next").unlink()
    done = rotate(server, "finish", "--force")
    check(done.code == 1 and "is missing" in done.err, f"{done}")
    rotate(server, "abort").ok()
    polls(t, server, device)


run(test)
