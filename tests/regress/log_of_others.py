#!/usr/bin/python3
"""The event log is not somebody else's file, nor becomes the server's."""
import os
import pathlib

from harness import Server, Skip, check, eq, run


LINE = '{"ts": "", "event": "older", "node": ""}\n'


def test(t):
    if os.getuid() != 0:
        raise Skip("only root could give files away")
    victim = t.dir / "victim"
    victim.write_text(LINE)
    server = Server(t, start=False)
    server.events.forged = True
    server.events_path.symlink_to(victim)
    done = server.fails()
    check(str(server.events_path) in done.err, f"it says why: {done.err}")
    eq((victim.stat().st_uid, victim.read_text()), (0, LINE), "a link")
    server.events_path.unlink()
    os.link(victim, server.events_path)
    server.start()
    eq(victim.stat().st_uid, 0, "a second name's owner")
    server.stop()
    device = pathlib.Path("/dev/null")
    owner = device.stat().st_uid
    server.set(event_log=str(device))
    server.start()
    after = device.stat().st_uid
    os.chown(device, owner, -1)
    eq(after, owner, "the owner of /dev/null")


run(test)
