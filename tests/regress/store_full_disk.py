#!/usr/bin/python3
"""A full disk under the store: refused with a reason, polls go on."""
from harness import Server, check, eventually, run
from harness.mounts import fill, own_tmpfs


def test(t):
    own_tmpfs(t, t.dir / "small", "1536k")
    server = Server(t, name="small/server", start=False)
    server.set(event_log=t.dir / "events.log")
    server.events_outside(t.dir / "events.log")
    server.start()
    device = server.device()
    filler = fill(t.dir / "small")
    for _ in range(3):
        device.poll().ok()
    done = None
    for number in range(200):       # what is left in the WAL's file
        done = server.admin("device", "tag", device.name, f"+tag-{number}")
        if done.code:
            break
    check(done.code == 1, "et-admin is refused at last")
    check(len(done.err.strip().splitlines()) == 1, f"one line: {done.err!r}")
    device.poll().ok()
    filler.unlink()
    eventually(lambda: server.admin("device", "tag", device.name,
                                    "+after").code == 0, what="writes again")
    device.poll().ok()


run(test)
