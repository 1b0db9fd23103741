#!/usr/bin/python3
"""device list --watch: it shows what changes when it does, stays within the
terminal and follows its size, ends by q, Ctrl-C and signals, and leaves the
terminal as it was.  By SSH, too."""
import re
import signal
import time

from harness import Server, check, eq, run
from harness.operators import operator
from harness.terminal import Terminal, lines

WATCH = ("device", "list", "--watch")
STATUS = "q quits"


def frames(text):
    """What the screen was, each time that it was drawn."""
    return [lines(re.sub("\x1b\\[[0-9;]*m", "", part))
            for part in text.split("\x1b[H")[1:]
            if not part.startswith("\x1b[2J")]


def within(terminal, columns, rows):
    """Each whole frame since then is as large as the terminal."""
    found = frames(terminal)[:-1]
    check(found, "nothing was drawn")
    for frame in found:
        eq(len(frame), rows, f"lines of {frame}")
        for line in frame:
            check(len(line) <= columns, f"{columns}: {line!r}")
    return found


def by_key_and_signal(t, argv):
    for how in ("q", "\x03", signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        terminal = Terminal(t, argv, 80, 24)
        terminal.wait(STATUS)
        if isinstance(how, str):
            terminal.type(how)
        else:
            terminal.process.send_signal(how)
        eq(terminal.end(), 0, f"{how!r}: {terminal.seen!r}")
        terminal.restored()
        check("\x1b[?1049h" in terminal.seen, "a page of its own")


def changes(t, server, argv):
    device = server.device("kitchen-1")
    terminal = Terminal(t, argv, 80, 24)
    after = terminal.wait(STATUS)
    check("never" in terminal.seen, terminal.seen)
    terminal.type("xyz")                # no key of its
    device.poll().ok()
    after = terminal.wait("online", after)
    start = time.monotonic()
    for number in range(5):
        server.admin_ok("device", "add", f"cellar-{number}")
        after = terminal.wait(f"cellar-{number}", after)
    took = time.monotonic() - start
    check(took < 7, f"5 changes were shown after {took} s")
    for number in range(1, 5):
        server.admin_ok("device", "remove", f"cellar-{number}")
    server.admin_ok("device", "remove", "cellar-0")
    after = terminal.wait(STATUS, terminal.wait("\x1b[H", after))
    while "cellar" in terminal.seen[terminal.seen.rindex(
            "\x1b[H", 0, after):after]:
        after = terminal.wait(STATUS, terminal.wait("\x1b[H", after))
    # Without a change, too: "3 s ago" becomes "5 s ago".
    mark = after
    terminal.wait(STATUS, terminal.wait("\x1b[H", after))
    terminal.type("q")
    terminal.end()
    within(terminal.seen[:mark], 80, 24)
    check("xyz" not in terminal.seen, "keys are not echoed")


def sizes(t, server, argv):
    for number in range(30):
        server.admin_ok("device", "add", f"unit-{number}")
    terminal = Terminal(t, argv, 80, 24)
    terminal.wait("more below")
    for columns, rows in ((40, 12), (160, 60), (20, 3), (80, 24)):
        mark = len(terminal.seen)
        terminal.resize(columns, rows)
        terminal.process.send_signal(signal.SIGWINCH)
        # One that was begun before may come first.
        after = mark
        while True:
            after = terminal.wait(STATUS, terminal.wait("\x1b[H", after))
            start = terminal.seen.rindex("\x1b[H", 0, after)
            if terminal.seen[start:after].count("\n") == rows - 1:
                break
        terminal.process.send_signal(signal.SIGWINCH)   # for the next
        end = terminal.wait("\x1b[H", after)
        found = within(terminal.seen[start:end], columns, rows)[0]
        eq("unit-29" in "".join(found), rows == 60, f"all in {rows} lines")
        eq("more below" in found[-1], rows != 60, found[-1])
        eq("Not shown" in "".join(found), (columns, rows) in
           ((40, 12), (80, 24)), "the foot")
    terminal.type("q")
    eq(terminal.end(), 0, "its end")
    terminal.restored()


def refused(server, t, argv):
    done = t.run(argv)
    eq((done.code, done.out), (2, ""), "without a terminal")
    check("--watch requires a terminal" in done.err, done.err)
    terminal = Terminal(t, [*argv, "--json"], 80)
    eq(terminal.end(), 2, "with --json")
    terminal = Terminal(t, [*argv, "-o", "colour"], 80)
    eq(terminal.end(), 2, "a column that is not there")
    check("no such column" in terminal.seen and
          "\x1b[?1049h" not in terminal.seen, terminal.seen)
    terminal = Terminal(t, [*argv, "-o", "state,device"], 80)
    terminal.wait(STATUS)
    check("STATE   DEVICE" in terminal.seen, terminal.seen)
    terminal.type("Q")
    eq(terminal.end(), 0, "Q")


def by_ssh(t, server):
    server.admin_ok("device", "add", "seen-1", "--tag", "a")
    victor = operator(server, "victor", "viewer", "a")
    ssh = victor.argv("ssh", "-tt")
    for key in "q", "\x03":
        terminal = Terminal(t, [*ssh, " ".join(WATCH)], 70, 20)
        terminal.wait(STATUS)
        terminal.type(key)
        eq(terminal.end(), 0, terminal.seen)
        frame = frames(terminal.seen)[0]
        eq(len(frame[:20]), 20, "lines")
        check("seen-1" in terminal.seen and "unit-1" not in terminal.seen,
              "what the viewer may see")
    done = t.run([*victor.argv("ssh"), " ".join(WATCH)])
    eq(done.code, 2, "without a terminal")
    # No stdin: it goes on, and ends with its operator.
    terminal = Terminal(t, ["sh", "-c", 'exec "$@" </dev/null', "sh",
                            *ssh, " ".join(WATCH)], 70, 20)
    after = terminal.wait(STATUS)
    terminal.wait(STATUS, after)
    server.admin_ok("operator", "remove", "victor")
    check(terminal.end() != 0, "it has ended")
    check("\x1b[?" not in terminal.seen, "nothing that would stay")


def test(t):
    server = Server(t)
    argv = [server.bin / "admin" / "et-admin", "-c", server.conf, *WATCH]
    changes(t, server, argv)
    by_key_and_signal(t, argv)
    sizes(t, server, argv)
    refused(server, t, argv)
    by_ssh(t, server)
    server.stop()
    terminal = Terminal(t, argv, 80)
    terminal.wait("the server is not running")
    terminal.type("q")
    terminal.end()
    terminal.restored()


run(test)
