#!/usr/bin/python3
"""event tail shows the last events for people, --json as they are, and goes on
with -f over a rotation of the log.  From the journal it reads what journalctl
says.  Text of strangers moves no cursor."""
import json
import os
import re
import subprocess
import time

from harness import Server, check, eq, eventually, run
from harness.terminal import Terminal, lines

ROW = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d  [a-z.]+ ")
JOURNALCTL = """#!/bin/sh
printf '%s\\n' "$*" >>{dir}/calls
case "$*" in
*--show-cursor*)
	echo 'et-sshd: listening on 0.0.0.0:2222'
	cat {log}
	echo '-- cursor: s=1;i=2'
	;;
*-f*)	echo '{{"ts":"2026-11-28T15:00:00.5Z","event":"stop","reason":"x"}}' ;;
esac
exit {status}
"""


class Follow:
    def __init__(self, t, server, *args):
        self.process = t.spawn(
            [*argv(server), "event", "tail", "-f", "--json", *args],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def until(self, **want):
        """The events that came before this one."""
        found = []
        for line in self.process.stdout:
            found.append(json.loads(line))
            if all(found[-1].get(k) == v for k, v in want.items()):
                return found
        check(False, f"no {want}: {found}")


def argv(server):
    return [server.bin / "admin" / "et-admin", "-c", server.conf]


def last(t, server, device):
    raw = server.events_path.read_text().splitlines()
    eq(server.admin("event", "tail", "-n", "3", "--json").ok()
       .out.splitlines(), raw[-3:], "--json")
    eq(server.admin("event", "tail", "-n", "100000", "--json").ok()
       .out.splitlines(), raw, "all of them")
    table = server.admin("event", "tail", "-n", "100").ok().out.splitlines()
    eq(table[0].split(), ["TIME", "EVENT", "WHO", "WHAT"], "the title")
    eq(len(table), len(raw) + 1, "a line each")
    column = table[0].index("WHO")
    for line, event in zip(table[1:], map(json.loads, raw)):
        check(ROW.match(line), line)
        check(line[column - 1] == " " and line[column] != " ", line)
        check(event.get("reason", "") in line, line)
        check(event.get("device", "") in line, line)
    mine = server.admin("event", "tail", "--device", "deviceKITCHEN-1",
                        "-n", "2", "--json").ok().out.splitlines()
    eq([json.loads(line)["device"] for line in mine], ["kitchen-1"] * 2,
       "--device")
    ops = server.admin("event", "tail", "--operator", "root",
                       "--json").ok().out.splitlines()
    eq({json.loads(line)["event"] for line in ops}, {"admin"}, "--operator")
    env = {**os.environ, "TZ": "XYZ-5"}
    first = t.run([*argv(server), "event", "tail", "-n1", "-o", "ts"],
                  env=env).ok().out.splitlines()[1]
    at = time.strptime(first, "%Y-%m-%d %H:%M:%S")
    utc = time.strptime(json.loads(raw[-1])["ts"][:19], "%Y-%m-%dT%H:%M:%S")
    eq(time.mktime(at) - time.mktime(utc), 5 * 3600, "local time")
    for width in (30, 80):
        terminal = Terminal(t, [*argv(server), "event", "tail"], width)
        terminal.end()
        for line in lines(terminal.seen):
            check(len(line) <= width, f"{width}: {line!r}")
    for wrong in ("0", "-1", "x", "100001"):
        eq(server.admin("event", "tail", "-n", wrong).code, 2, wrong)


def follows(t, server, device, other):
    tail = Follow(t, server, "-n", "1")
    json.loads(tail.process.stdout.readline())
    device.poll().ok()
    tail.until(event="session.close")
    # logrotate: the file gets another name, the server hears of it later.
    for number in range(3):
        rotated = server.events_path.with_name(f"events.log.{number}")
        server.events_path.rename(rotated)
        server.events_path.touch()
        server.events_path.chmod(0o666)
        device.poll().ok()
        tail.until(event="session.close")
        server.process.send_signal(1)
        eventually(lambda: server.events_path.stat().st_size > 0,
                   what="the server has begun the new one")
        device.poll().ok()
        found = tail.until(event="session.close")
        check([e for e in found if e["event"] == "reload"], f"{found}")
    # Half a line is none yet.
    with server.events_path.open("a") as log:
        log.write('{"ts":"2026-11-28T15:00:00Z","event":"te')
        log.flush()
        time.sleep(0.1)
        log.write('st"}\n')
    tail.until(event="test")
    server.events_path.write_text("")
    device.poll().ok()
    tail.until(event="session.close")
    tail.process.terminate()
    tail.process.wait()
    only = Follow(t, server, "--device", "other-1")
    device.poll().ok()
    other.poll().ok()
    found = only.until(event="session.close")
    eq({e["device"] for e in found}, {"other-1"}, "--device -f")


def hostile(server):
    with server.events_path.open("ab") as log:
        log.write(b'{"ts":"\\u001b[2J","event":"ev\\u001b[1m","device":'
                  b'"\\u001b]0;x\\u0007","reason":"\\u009b\\u202e"}\n'
                  b'no event\n{"ts":"\x1b[2J","event":"raw"}\n[1]\n{"event":5}\n'
                  b'{"x":"y"}\n\xff\xfe\n')
    before = server.admin("event", "tail").ok().out
    check(all(c == "\n" or " " <= c <= "~" for c in before), repr(before))
    check("no event" not in before and "raw" not in before, before)
    check("\\x1b]0;x\\x07" in before, before)
    out = server.admin("event", "tail", "--json", "-n1").ok().out
    check(all(c == "\n" or " " <= c <= "~" for c in out), repr(out))


def cannot(t, server):
    log, kept = server.events_path, server.events_path.with_name("kept")
    log.rename(kept)
    done = server.admin("event", "tail")
    check(done.code == 1 and "No such file" in done.err, str(done))
    os.mkfifo(log)
    done = server.admin("event", "tail")
    check(done.code == 1 and "not a regular file" in done.err, str(done))
    log.unlink()
    log.symlink_to(kept)
    eq(server.admin("event", "tail").code, 1, "a link")
    log.unlink()
    kept.rename(log)


def journal(t, server):
    conf = t.dir / "journal.conf"
    conf.write_text('# event-log is "stderr"\n')
    call = [*argv(server)[:1], "-c", conf, "event", "tail"]
    tool = t.dir / "bin" / "journalctl"
    tool.parent.mkdir()
    env = {**os.environ, "PATH": f"{tool.parent}:{os.environ['PATH']}"}

    def says(status):
        tool.write_text(JOURNALCTL.format(dir=t.dir, status=status,
                                          log=server.events_path))
        tool.chmod(0o755)

    says(0)
    raw = [line for line in server.events_path.read_text(
        errors="replace").splitlines() if line.startswith('{"ts":"2026')]
    done = t.run([*call, "--json", "-n", "2", "--device", "other-1"],
                 env=env).ok()
    eq(done.out.splitlines(), [line for line in raw if '"other-1"' in
                               line][-2:], "of the journal")
    done = t.run([*call, "-f"], env=env).ok()
    check(done.out.splitlines()[-1].split()[2:] == ["stop", "-", "x"],
          done.out)
    calls = (t.dir / "calls").read_text().splitlines()
    check(calls[0].startswith("-u et-sshd -o cat"), f"{calls}")
    check("--after-cursor=s=1;i=2" in calls[-1], f"{calls}")
    says(3)
    done = t.run(call, env=env)
    check(done.code == 1 and "status 3" in done.err, str(done))
    check("by sudo" not in done.err or os.geteuid() != 0, str(done))
    if os.geteuid() == 0:
        done = t.run(["setpriv", "--reuid=65534", "--clear-groups", *call],
                     env=env)
        check(done.code == 1 and "run it with sudo" in done.err, str(done))
    done = t.run(call, env={**os.environ, "PATH": str(t.dir)})
    check(done.code == 1 and "name a file in event-log" in done.err,
          str(done))


def test(t):
    server = Server(t)
    device, other = server.device("kitchen-1"), server.device("other-1")
    device.poll().ok()
    server.events.wait("session.close", device="kitchen-1")
    last(t, server, device)
    follows(t, server, device, other)
    hostile(server)
    cannot(t, server)
    journal(t, server)
    server.events_path.write_text("")


run(test)
