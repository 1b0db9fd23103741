#!/usr/bin/python3
"""A sealed event log holds over rotations, restarts and kill -9; each way to
tamper with it is found, with its file and line."""
import gzip
import hashlib
import json
import os
import shutil
import signal
import subprocess

from harness import Server, check, eq, eventually, proc, run
from harness.clients import Key


class Sealed(Server):
    def __init__(self, case, name="server", **options):
        super().__init__(case, name, start=False, **options)
        self.key = self.dir / "event_log_key"
        self.set(event_log_seal=True, event_log_key=str(self.key))

    def verify(self, *files, code=0, key=None, data=None):
        """(problems, report)"""
        done = self.admin("--json", "log", "verify",
                          *(["--key", key] if key else []), *files,
                          data=data and data.encode())
        rows = [json.loads(line) for line in done.out.splitlines()]
        eq(done.code, code, f"the exit status: {done}")
        return ([(os.path.basename(r["file"]), r["line"], r["problem"])
                 for r in rows if "problem" in r],
                rows[-1] if rows else None)

    def lines(self, n):
        """So many events more."""
        for _ in range(n):
            after = self.events.mark()
            check(self.stranger.poll().code != 0, "a stranger")
            self.events.wait("login.refused", after=after)

    def rotate(self, n):
        """As logrotate does it."""
        old = self.events_path.with_suffix(f".log.{n}")
        self.events_path.rename(old)
        after = self.hup()
        self.events.reopen(self.events_path)
        self.events.wait("reload", after=after)
        return old

    def crash(self):
        """kill -9, and half of the last line is lost."""
        pids = proc.descendants(self.process.pid)
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None
        eventually(lambda: not [p for p in pids if proc.alive(p)],
                   what="its processes are gone")
        path = self.events_path
        text = path.read_bytes()
        cut = len(text.splitlines()[-1]) // 2
        with open(path, "r+b") as f:
            f.truncate(len(text) - cut)
        self.events.reopen(path)        # behind what is torn
        self.events.file = open(path, "rb")
        self.events.file.seek(len(text) - cut + 1)


def no_key(server):
    done = server.fails()
    check("run et-admin log generate" in done.err, f"{done}")
    done = server.admin("log", "verify", server.conf)
    eq(done.code, 2, f"without a key: {done}")
    server.admin("log", "generate").ok()
    check(server.key.stat().st_mode & 0o777 == 0o600, "the key's mode")
    text = server.key.read_bytes()
    check("exists, not changed" in server.admin("log", "generate").ok().out, "again")
    eq(server.key.read_bytes(), text, "the key, again")
    if server.run_as:
        server.own(server.key)


def grown(t, server):
    """A log of three files, with all that may happen to it."""
    server.start()
    server.stranger = server.device("stranger")
    server.admin_ok("device", "disable", "stranger")
    server.lines(3)
    first = server.rotate(3)
    server.lines(2)
    server.stop()
    server.start()                      # in the same file
    server.lines(2)
    server.crash()
    server.start()
    server.lines(2)
    second = server.rotate(2)
    server.lines(1)
    server.stop()
    # Moved away while no server runs: .1 has the end of the chain.
    third = server.events_path.with_suffix(".log.1")
    server.events_path.rename(third)
    server.events.reopen(server.events_path)
    server.start()
    server.lines(2)
    server.stop()
    fourth = t.dir / "events.log"
    shutil.copy(server.events_path, fourth)
    return [first, second, third, fourth]


def intact(server, files):
    for order in (files, files[::-1], files[2:] + files[:2]):
        problems, report = server.verify(*order)
        eq(problems, [], f"in the order {order}")
    eq((report["before"], report["unsigned"], report["end"]),
       (0, 0, "with the server's stop"), f"{report}")
    eq(report["chained"], report["lines"] - 1, "all but the torn line")
    last = len(files[-1].read_text().splitlines())
    eq(report["signed_to"], f"{files[-1]}:{last}", "signed up to")
    # One file of it; and what a pipe brings.
    for path in files:
        eq(server.verify(path)[0], [], f"{path} alone")
    text = b"".join(p.read_bytes() for p in files[2:]).decode()
    eq(server.verify("-", data=text)[0], [], "by stdin")
    events = [json.loads(line) for p in files
              for line in p.read_text().splitlines() if line.endswith("}")]
    opened = [e["reason"] for e in events if e["event"] == "log.open"]
    eq(opened, ["new chain", "after the last line", "after a torn line",
                "after the last line"], "starts")
    sealed = [e["reason"] for e in events if e["event"] == "log.seal"]
    eq(sealed, ["start", "rotate", "stop", "start", "start", "rotate", "stop",
                "start", "stop"], "signatures")


def tampered(server, files, n, change, key=None):
    """What is found when the lines of file n are changed so."""
    folder = server.dir / "tampered"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    paths = [shutil.copy(p, folder / p.name) for p in files]
    lines = paths[n].read_bytes().splitlines(keepends=True)
    paths[n].write_bytes(b"".join(change(lines)))
    problems, _ = server.verify(*paths, code=1, key=key)
    check(problems, "it was not found")
    return [(name, line) for name, line, _ in problems], problems


def every_line(server, files):
    """A byte changed in it, or it is missing; but the last of all: without
    that the log just ends before the server's stop."""
    for n, path in enumerate(files):
        count = len(path.read_text().splitlines())
        for at in range(count):
            def changed(lines):
                line = lines[at]
                put = line.replace(b'"node":"test"', b'"node":"tesT"', 1)
                if put == line:         # the torn one
                    put = b"x" + line[1:]
                return lines[:at] + [put] + lines[at + 1:]
            places, said = tampered(server, files, n, changed)
            here = {(path.name, at + 1), (path.name, at + 2)}
            if at == count - 1 and n + 1 < len(files):
                here.add((files[n + 1].name, 1))
            check(here & set(places), f"{path.name}:{at + 1}: {said}")
            if n == len(files) - 1 and at == count - 1 or (n, at) == (0, 0):
                continue

            def removed(lines):
                return lines[:at] + lines[at + 1:]
            places, said = tampered(server, files, n, removed)
            check(here & set(places), f"{path.name}:{at + 1}: {said}")


def other_ways(t, server, files):
    def swapped(lines):
        return lines[:4] + [lines[5], lines[4]] + lines[6:]
    places, said = tampered(server, files, 0, swapped)
    eq(places, [(files[0].name, n) for n in (5, 6, 7)], "swapped")
    check("moved" in said[1][2], f"swapped: {said}")
    # Cut off behind a signature, and the log goes on elsewhere.
    places, said = tampered(server, files, 1, lambda lines: lines[:-1])
    eq(places, [(files[2].name, 1)], "the end of a file")
    # A whole file of the middle is missing.
    problems, _ = server.verify(files[0], files[2], files[3], code=1)
    eq([p[:2] for p in problems], [(files[2].name, 1)], "a file is missing")
    # At the very end it is only seen that the server's stop is missing.
    short = server.dir / "short"
    lines = files[3].read_bytes().splitlines(keepends=True)
    short.write_bytes(b"".join(lines[:-2]))
    problems, report = server.verify(*files[:3], short)
    eq(problems, [], "the end of all")
    check("without the server's stop" in report["end"], f"{report}")
    check(report["unsigned"] > 0, f"{report}")
    # Lines that are in no chain, and what is no event.
    put = b'{"ts":"2026-01-01T00:00:00.000000Z","event":"stop","node":"test"}\n'
    for line in (put, b"nothing\n", b'["event"]\n', b"\n"):
        places, said = tampered(server, files, 0,
                                lambda ls: ls[:4] + [line] + ls[4:])
        check((files[0].name, 5) in places, f"{line}: {said}")
    # All of it signed and chained once more, but by nobody's key.
    problems, _ = server.verify(*files, code=1, key=Key(t, "other").pub)
    check(all("another key" in p[2] or "no line has a valid signature" in p[2]
              for p in problems) and len(problems) == 10, f"{problems}")

    def resigned(lines):
        found = [n for n, x in enumerate(lines) if b'"log.seal"' in x][-1]
        e = json.loads(lines[found])
        e["sig"] = e["sig"][::-1][2:] + "=="
        lines[found] = json.dumps(e, separators=(",", ":")).encode() + b"\n"
        return lines
    places, said = tampered(server, files, 3, resigned)
    check("signature of this line is wrong" in said[0][2], f"forged: {said}")


def spliced(t, server, files):
    """Lines of another server's log, which has another key."""
    other = Sealed(t, "other")
    other.admin("log", "generate").ok()
    other.start()
    other.stranger = other.device("stranger2")
    other.admin_ok("device", "disable", "stranger2")
    other.lines(2)
    other.stop()
    theirs = other.events_path.read_bytes().splitlines(keepends=True)
    for part in (theirs, theirs[3:5]):
        places, said = tampered(server, files, 0,
                                lambda ls: ls[:4] + part + ls[4:])
        check((files[0].name, 5) in places and
              (files[0].name, 5 + len(part)) in places, f"spliced: {said}")
    problems, _ = server.verify(other.events_path, code=1)
    check("another key" in problems[0][2], f"{problems}")


def forged(lines, **fields):
    """An event that is chained to the last of these, by whoever has no key."""
    event = {"ts": json.loads(lines[-1])["ts"], "node": "test", **fields,
             "prev": hashlib.sha256(lines[-1][:-1]).hexdigest()}
    return json.dumps(event, separators=(",", ":")).encode() + b"\n"


def behind_the_stop(t):
    """What is put behind the stop is not signed by the next start."""
    opened = {"event": "log.open", "reason": "after the last line"}
    login = {"event": "login", "operator": "mallory"}
    for n, events in enumerate(([login], [opened, login])):
        server = Sealed(t, f"behind{n}")
        server.admin("log", "generate").ok()
        server.start()
        server.stop()
        lines = server.events_path.read_bytes().splitlines(keepends=True)
        for event in events:
            lines.append(forged(lines, **event))
        server.events_path.write_bytes(b"".join(lines))
        server.events.forged = True
        server.start()
        server.stop()
        problems, _ = server.verify(server.events_path, code=1)
        eq([(p[1], "was inserted" in p[2] or "were inserted" in p[2])
            for p in problems], [(len(lines), True)], f"{problems}")


def whole_chains(t):
    """A chain is there once, and is its own server's."""
    server, other = Sealed(t, "one"), Sealed(t, "two", node="other")
    server.admin("log", "generate").ok()
    shutil.copy(server.key, other.key)
    other.own(other.key)
    for each in (server, other):
        each.start()
        each.stop()
    text = server.events_path.read_text()
    count = len(text.splitlines())
    problems, _ = server.verify("-", data=text + text, code=1)
    eq([p[1] for p in problems], [count + 1], f"a copy: {problems}")
    check("copies" in problems[0][2], f"{problems}")
    problems, _ = server.verify(
        "-", data=text + other.events_path.read_text(), code=1)
    eq([p[1] for p in problems], [count + 1], f"one key: {problems}")
    check("another node" in problems[0][2], f"{problems}")


def before_a_torn_line(server, files):
    """Of lines that are no events one is vouched for, the torn one."""
    lines = files[1].read_bytes().splitlines()
    at = [n for n, x in enumerate(lines) if not x.endswith(b"}")][0]
    places, said = tampered(server, files, 1,
                            lambda ls: ls[:at] + [b"nothing\n"] + ls[at:])
    eq(places, [(files[1].name, at + 1)], f"before a torn line: {said}")


def on_stderr(t):
    """As the journal gives it: each start is a chain of its own."""
    server = Sealed(t, "stderr", event_log="stderr")
    server.admin("log", "generate").ok()
    for _ in range(2):
        # A file of that name is none of its business.
        server.start(wrap=("env", "-C", server.dir))
        server.stop()
    text = "".join(line for line in server.errors_path.read_text()
                   .splitlines(keepends=True) if line.startswith("{"))
    problems, report = server.verify("-", data=text)
    eq(problems, [], "by stdin")
    check(report["chained"] == report["lines"] > 6, f"{report}")
    eq(text.count('"reason":"new chain"'), 2, "each start begins a chain")
    # The first one's stop is missing.
    lines = text.splitlines(keepends=True)
    stop = [n for n, x in enumerate(lines) if '"reason":"stop"' in x][0]
    problems, _ = server.verify(
        "-", data="".join(lines[:stop] + lines[stop + 1:]), code=1)
    check("was not closed" in problems[0][2], f"{problems}")


def test(t):
    server = Sealed(t)
    no_key(server)
    files = grown(t, server)
    intact(server, files)
    every_line(server, files)
    other_ways(t, server, files)
    spliced(t, server, files)
    behind_the_stop(t)
    whole_chains(t)
    before_a_torn_line(server, files)
    on_stderr(t)
    packed = server.dir / "packed.gz"
    packed.write_bytes(gzip.compress(files[0].read_bytes()))
    text = subprocess.run(["zcat", packed], capture_output=True,
                          check=True).stdout.decode()
    eq(server.verify("-", data=text)[0], [], "by zcat")
    public = server.dir / "log.pub"
    public.write_text(server.admin_json("log", "show")[0]["public"] + "\n")
    server.key.unlink()
    eq(server.verify(*files, key=public)[0], [], "with the public half alone")


run(test)
