#!/usr/bin/python3
"""What forward open says of the device: that it is connected, when its next
poll is expected, and never that one who holds a connection was not seen."""
import re
import time

from harness import Server, check, eq, eventually, fresh_port, run
from harness.store import set_seen
from harness.waiting import Waiting


def opened(server, device, *more, code=0):
    done = server.admin("forward", "open", device.name, f"22:{fresh_port()}",
                        *more)
    eq(done.code, code, repr(done))
    return done.out + done.err


def test(t):
    server = Server(t)
    holds, polls = server.device("holds"), server.device("polls")
    check("has never been seen" in opened(server, polls), "before its poll")
    wait = Waiting(holds)
    eventually(lambda: [r for r in server.admin_json("device", "list")
                        if r["device"] == "holds" and r["connected"]],
               what="the session is stored")
    text = opened(server, holds)
    check("the device is connected" in text and "never" not in text, text)
    text = opened(server, holds, "--wait", "--timeout", "1", code=1)
    check("first poll" not in text and "never" not in text, text)
    polls.poll().ok()
    server.events.wait("heartbeat", device="polls")
    wait.end()
    server.stop()
    set_seen(server, "polls", last_seen=int((time.time() - 83) * 1e6))
    text = opened(server, polls)
    check(re.search(r"its next poll is expected 2[3-9] s ago, every 60 s",
                    text), text)
    doctor = server.admin("device", "show", "polls").ok().out
    check(re.search(r"expected (2|3)\d s ago, every 60 s", doctor), doctor)


run(test)
