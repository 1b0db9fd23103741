#!/usr/bin/python3
"""A full disk under the event log: polls go on, and so does the log later."""
from harness import Server, check, eventually, run
from harness.mounts import fill, own_tmpfs


def test(t):
    small = t.dir / "small"
    own_tmpfs(t, small, "64k")
    server = Server(t, start=False)
    path = small / "events.log"
    server.own(small)
    server.set(event_log=path)
    server.events_outside(path, own=False)
    server.start()
    device = server.device()
    device.poll().ok()
    filler = fill(small)
    for _ in range(60):             # past what the last page still takes
        device.poll().ok()
    check("event log" in server.errors() or "events.log" in server.errors(),
          "stderr says that the log cannot be written")
    check(len(server.errors().splitlines()) < 20, "and says it seldom")
    filler.unlink()
    before = path.stat().st_size

    def grows():
        device.poll().ok()
        return path.stat().st_size > before
    eventually(grows, what="the log goes on")
    for line in path.read_bytes().splitlines()[:-1]:
        check(line.startswith(b"{") and line.endswith(b"}"),
              f"half a line was left: {line!r}")


run(test)
