#!/usr/bin/python3
"""What keeps a start from working, -t finds too, all at once; what only the
configuration can mend ends with EX_CONFIG, and -t beside the running server
is content."""
import os
import socket

from harness import Server, check, eq, run

EX_CONFIG = 78


def refused(server, *texts, code=EX_CONFIG):
    """By -t, which says all of them, and by a start."""
    done = server.fails("-t")
    eq(done.code, EX_CONFIG, f"status of -t: {done}")
    for text in texts:
        check(text in done.err, f"-t does not say {text}: {done}")
    eq(server.fails().code, code, f"status of a start: {texts}")


def folders(server):
    good = dict(server.options)
    nowhere = server.dir / "nowhere"
    server.set(event_log=str(nowhere / "events.log"))
    refused(server, f"the event log's directory {nowhere}: No such file")
    server.set(event_log=good["event-log"],
               store=f"sqlite:{nowhere}/at/all/store.db")
    refused(server, f"the store's directory {nowhere}/at/all: No such file")
    server.set(store=f"sqlite:{server.store}/store.db")
    server.store.write_text("")
    refused(server, f"the store's directory {server.store}: Not a directory")
    server.store.unlink()
    # Root may write there, its server's user may not.
    closed = server.dir / "closed"
    closed.mkdir(mode=0o755)
    if os.getuid() != 0:
        closed.chmod(0o555)
    server.set(store=f"sqlite:{closed}/store.db")
    refused(server, f"the store's directory {closed}: Permission denied")
    server.set(event_log=str(nowhere / "events.log"))
    refused(server, f"directory {closed}: Perm", f"directory {nowhere}: No")
    server.set(**{k.replace("-", "_"): v for k, v in good.items()})


def ports(server):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        server.set(listen=[f"127.0.0.1:{port}"])
        # Who has it may go away: a start is tried again.
        refused(server, f"listen 127.0.0.1:{port}: Address already in use",
                "by another program" if os.getuid() == 0 else "", code=1)
    server.start()
    server.case.run(server.command("-t")).ok()
    server.stop()
    server.set(listen=["127.0.0.1:0"])


def host_keys(server):
    lost = server.dir / "ssh_host_rsa_key"
    line = f"et-sshd: host key {lost} does not exist: "
    server.set(host_keys=[*server.options["host-keys"], str(lost)])
    done = server.case.run(server.command("-t")).ok()
    check(line in done.err, f"-t: {done}")
    after = server.events.mark()
    server.start()
    check(line in server.errors(), server.errors())
    start = server.events.wait("start", after=after)
    check(f"host key {lost}" in start["without"],
          "the event of the start")


def test(t):
    server = Server(t, start=False)
    folders(server)
    ports(server)
    host_keys(server)


run(test)
