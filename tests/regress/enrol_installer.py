#!/usr/bin/python3
"""install 1 sends the installer, whole, at the client's speed; SIGHUP reads it
anew, and where there is none it says so."""
import hashlib
import time

from harness import Server, check, eq, proc, run
from harness.enrolment import Token, installer


def reread(server):
    after = server.hup()
    server.events.wait("reload", after=after, reason="done")


def test(t):
    server = Server(t, start=False)
    path = installer(server)
    path.unlink()
    server.start()
    token = Token(server)

    def fetch(client="dbclient"):
        return token.run("install 1", client)
    done = fetch()
    eq((done.code, done.out), (1, "refused no installer\n"), "none there")
    event = server.events.wait("enroll.refused")
    check(str(path) in event["reason"], f"the reason: {event}")
    for size in (1, 24 << 10, 700 << 10):
        text = "".join(f"# line {n}\n" for n in range(size))[:size]
        path.write_text(text)
        path.chmod(0o644)
        reread(server)
        for client in ("dbclient", "ssh"):
            eq(hashlib.sha256(fetch(client).ok().out.encode()).digest(),
               hashlib.sha256(text.encode()).digest(), f"{client}: {size}")
    # One that reads slowly gets all of it, too; the worker holds one copy.
    before = [proc.rss(p) for p in server.workers()]
    channel = token.login().open_session(window_size=4096)
    channel.exec_command("install 1")
    got, first = b"", None
    while more := channel.recv(3000):
        if first is None:
            time.sleep(0.5)             # what could be sent has been sent
            first = [proc.rss(p) for p in server.workers()]
        got += more
    eq(got.decode() == text, True, "what the slow one got")
    eq(channel.recv_exit_status(), 0, "its exit status")
    grown = max(b - a for a, b in zip(before, first))
    print(f"a worker with a slow reader: {grown >> 10} KiB more")
    # Too long, or gone: the old one stays.
    path.write_bytes(b"#" * ((1 << 20) + 1))
    reread(server)
    eq(fetch().ok().out == text, True, "a file that is too long")
    path.unlink()
    reread(server)
    eq(fetch().ok().out == text, True, "a file that is gone")


run(test)
