#!/usr/bin/python3
"""A command that the server does not know is a legacy poll, never run."""
from harness import Server, check, eq, run


def test(t):
    server = Server(t)
    device = server.device()
    mark = t.dir / "mark"
    for command in (f"touch {mark}", "poll", "poll 2", "pollute 1", " ",
                    "$(id)", "exit 3"):
        eq(device.poll(command=command).ok().out, "0\n", command)
    check(not mark.exists(), "nothing was run")


run(test)
