#!/usr/bin/python3
"""et-notify follows its stream: not from what was there before its first start,
through renaming while it runs and while it is down, through truncation, and past
a file that is gone; what the writer still appends to a renamed file counts."""
import json
import os

from harness import check, eq, eventually, run
from harness.notifying import Notify, Webhook, alert


def expect(hook, numbers, what):
    eventually(lambda: len(hook.got) >= len(numbers), what=what)
    eq([b["seq"] for _, _, b in hook.got], numbers, what)


def test(t):
    hook = Webhook(t)
    n = Notify(t, f'webhook hook {{ url = "{hook.url()}" rate = 0 }}\n')
    n.write(alert(0))
    n.start()
    n.write(alert(1))
    expect(hook, [1], "none of before the first start")

    # Renamed while it runs; the writer has the old one for a while.
    with open(n.stream, "ab") as old:
        os.rename(n.stream, f"{n.stream}.1")
        n.stream.touch()
        line = json.dumps(alert(2)).encode() + b"\n"
        old.write(line[:40])
        old.flush()
        old.write(line[40:])
    expect(hook, [1, 2], "appended to the renamed file")
    n.write(alert(3))
    expect(hook, [1, 2, 3], "the new file")

    # Down, while the file is renamed twice.
    n.stop()
    n.write(alert(4))
    os.rename(f"{n.stream}.1", f"{n.stream}.2")
    os.rename(n.stream, f"{n.stream}.1")
    n.write(alert(5))
    os.rename(f"{n.stream}.2", f"{n.stream}.3")
    os.rename(f"{n.stream}.1", f"{n.stream}.2")
    os.rename(n.stream, f"{n.stream}-20261128")
    n.write(alert(6))
    n.start()
    expect(hook, [1, 2, 3, 4, 5, 6], "written while it was down")

    # Truncated in place, and longer at once than it was before.
    n.write(alert(7))
    expect(hook, [1, 2, 3, 4, 5, 6, 7], "the next")
    with open(n.stream, "r+b") as f:
        f.truncate(0)
    n.write(*(alert(i) for i in range(8, 20)))
    expect(hook, list(range(1, 20)), "after truncation")

    # Down, and the file is gone: what is older than the last is not repeated.
    n.stop()
    for path in n.stream.parent.iterdir():
        path.unlink()
    n.write(*(alert(i) for i in range(15, 23)))
    n.start()
    check("is gone or was changed" in n.said(), n.said())
    eventually(lambda: len(hook.got) >= 23, what="after a loss")
    eq([b["seq"] for _, _, b in hook.got[19:]], [19, 20, 21, 22],
       "the last again, which cannot be told from one of the same time")

    # A stream that cannot be read is said.
    n.stop()
    n.stream.unlink()
    n.stream.symlink_to("/dev/null")
    n.start()
    eventually(lambda: "cannot read the stream in" in n.said(), what="a link")

    # No stream yet.
    n.stop()
    for path in [*n.stream.parent.iterdir(), *n.state.iterdir()]:
        path.unlink()
    n.start()
    n.write(alert(30))
    expect(hook, [*range(1, 20), *range(19, 23), 30], "a stream made later")


run(test)
