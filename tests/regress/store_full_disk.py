#!/usr/bin/python3
"""A full disk under the store: what is refused says why, polls go on, what was
said to be done is there afterwards, and the heartbeats of the time with it."""
from harness import Server, check, eq, eventually, fresh_port, proc, run
from harness.case import dial
from harness.device import Listener, echo
from harness.fault import says_back
from harness.mounts import fill, own_tmpfs

DEVICES, POLLS = 3, 40          # of each; et-sshd keeps 64
GROWTH = 4 << 20                # bytes, of the monitor or the keeper


def tag_until_refused(server, device):
    """What is left in the WAL's file is used up; the tags that were taken."""
    taken = []
    for number in range(200):
        done = server.admin("device", "tag", device.name, f"+tag-{number}")
        if done.code:
            check(done.code == 1, "et-admin is refused at last")
            eq(len(done.err.strip().splitlines()), 1, "lines of its refusal")
            return taken
        taken.append(f"tag-{number}")
    raise AssertionError("never refused")


def polls_go_on(server, devices):
    """Returns how many heartbeats there were."""
    pids = [server.process.pid, server.keeper()]
    before = [proc.rss(p) for p in pids]
    after = server.events.mark()
    for _ in range(POLLS):
        for device in devices:
            device.poll(command="poll 1 up=7").ok()
    server.events.wait("heartbeat", after=after, count=POLLS * DEVICES)
    grown = [proc.rss(p) - b for p, b in zip(pids, before)]
    check(server.sanitized() or max(grown) < GROWTH,
          f"monitor and keeper grew by {grown}")
    eq(server.events.find("store", after), [], "said again and again")


def beats(server, device):
    return [b for b in server.admin_json("heartbeat", "show", device.name,
                                         "-n", 64) if b.get("health")]


def test(t):
    small = t.dir / "small"
    own_tmpfs(t, small, "1536k")
    server = Server(t, name="small/server", start=False)
    server.set(event_log=t.dir / "events.log")
    server.events_outside(t.dir / "events.log")
    server.start()
    devices = [server.device(f"unit-{n}") for n in range(DEVICES)]
    service, port = Listener(t, echo).port, fresh_port()
    server.admin_ok("forward", "open", devices[0].name, f"{service}:{port}")
    filler = fill(small)
    for _ in range(3):
        devices[0].poll().ok()
    taken = tag_until_refused(server, devices[1])
    devices[0].poll().ok()
    server.events.wait("store", reason=lambda r: "full" in r)
    tunnel = devices[0].tunnel((service, port))
    server.events.wait("forward.open", sport=port)
    with dial(port) as s:
        check(says_back(s), "a forward that was opened meanwhile")
    polls_go_on(server, devices)
    filler.unlink()
    server.events.wait("store", reason="writes to the store succeed again")
    eventually(lambda: server.admin("device", "tag", devices[1].name,
                                    "+after").code == 0, what="writes again")
    shown = server.admin_json("device", "show", devices[1].name)[0]
    check({*taken, "after"} <= set(shown["tags"]),
          f"{taken} were taken, there is {shown['tags']}")
    for device in devices:
        eventually(lambda d=device: len(beats(server, d)) == POLLS,
                   what=f"the heartbeats of {device.name}")
    server.wait_state(port, "open")
    check(tunnel.poll() is None, "the tunnel")


run(test)
