"""What /proc says of processes."""
import os
import pathlib


def stat(pid):
    """(name, state, parent) of a process, or None when it is gone."""
    try:
        text = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    name, rest = text[text.index("(") + 1:].rsplit(")", 1)
    fields = rest.split()
    return name, fields[0], int(fields[1])


def status(pid):
    """The fields of /proc/PID/status."""
    lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    return {k: v.strip() for k, v in (line.split(":", 1) for line in lines)}


def descendants(pid):
    """The processes below a process, parents first, without zombies."""
    below = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            got = stat(entry)
            if got and got[1] != "Z":
                below.setdefault(got[2], []).append(int(entry))
    found = list(below.get(pid, ()))
    for child in found:         # grows as it goes
        found += below.get(child, ())
    return found


def executable(pid):
    """The name of the file it runs, as far as it may be known."""
    try:
        return pathlib.Path(
            pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
            .split(b"\0")[0].decode(errors="replace")).name
    except OSError:
        return ""


def alive(pid):
    got = stat(pid)
    return got is not None and got[1] != "Z"


def rss(pid):
    """Resident bytes."""
    return int(status(pid)["VmRSS"].split()[0]) * 1024


def cpu(pid):
    """Seconds of user and system time."""
    text = pathlib.Path(f"/proc/{pid}/stat").read_text()
    fields = text.rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def kill(pid, number):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


def reap():
    """Collect the orphans that fell to this process."""
    try:
        while os.waitpid(-1, 0)[0]:
            pass
    except ChildProcessError:
        pass


def sockets(pid):
    """The inodes of a process's sockets."""
    found = set()
    for name in os.listdir(f"/proc/{pid}/fd"):
        try:
            link = os.readlink(f"/proc/{pid}/fd/{name}")
        except FileNotFoundError:
            continue
        if link.startswith("socket:["):
            found.add(link[8:-1])
    return found


def listening(pids=None):
    """The TCP addresses that are listened on, by these processes or by all,
    as /proc/net/tcp has them."""
    ours = pids and set().union(*(sockets(p) for p in pids))
    with open("/proc/net/tcp", encoding="ascii") as lines:
        rows = [line.split() for line in lines][1:]
    return {row[1] for row in rows
            if row[3] == "0A" and (ours is None or row[9] in ours)}
