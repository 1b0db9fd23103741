#!/usr/bin/python3
"""et-admin setup with a configuration of its own, without systemd: options
alone, again, what is refused, and the questions on a terminal."""
import os
import pty
import socket

from harness import Server, check, eq, fresh_port, run
from harness.clients import Key
from harness.enrolment import installer


def setup(server, *args, code=0, data=None):
    """Its output, both streams."""
    done = server.admin("setup", *args, data=data)
    eq(done.code, code, f"{done}\nstatus")
    return done.out + done.err


def refused(t, server, key):
    """Each with one line, and nothing is written."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        out = setup(server, "--yes", "--server", "et.example", "--port", port,
                    code=1)
        check(f"port {port} is in use by python3" in out and
              f"process {os.getpid()}:" in out, out)
    port = str(fresh_port())
    for words, code, why in (
            (("--server", "a b", "--port", port), 2, "HOST"),
            (("--server", "et.example", "--port", "70000"), 1, "is not a port"),
            # What does not fit is not cut off to what does.
            (("--server", "x" * 300, "--port", port), 2, "--server: too long"),
            (("--server", "et.example", "--port", port, "--operator", "alice",
              "--new-key", f"{t.dir}/{'x/' * 150}k"), 2,
             "--new-key: too long"),
            (("--server", "et.example", "--port", port, "--operator", "../x",
              "--new-key", t.dir / "made"), 1, "operator's name"),
            (("--server", "et.example"), 2, "missing --port"),
            (("--server", "et.example", "--key", key.pub), 2,
             "missing --operator"),
            (("--server", "et.example", "--operator", "alice"), 2,
             "--key FILE or --new-key FILE"),
            (("--server", "et.example", "--operator", "alice", "--key",
              t.dir / "none"), 1, "No such file"),
            (("--server", "et.example", "--port", port, "--operator", "alice",
              "--new-key", t.dir / "none", "--role", "king"), 2,
             "no such role: king"),
            (("--server", "et.example", "--port", port, "--operator", "root",
              "--new-key", t.dir / "none"), 1, '"root" is not allowed'),
            (("--server", "et.example", "--operator", "alice", "--key", "a",
              "--new-key", "b"), 2, "exclude each other")):
        out = setup(server, "--yes", *words, code=code)
        check(why in out and out.count("\n") == 1, f"{words}: {out}")
    if "." not in socket.gethostname():
        out = setup(server, "--port", port, code=2)
        check("missing --server NAME" in out, out)
    check(not (server.dir / "conf.d").exists(), "nothing is written")
    check(not (t.dir / "made").exists(), "no key is made")
    check(not (t.dir / "none").exists(), "no key is made")
    return port


def on_a_terminal(t, server, answers):
    """Its status and output, with a line typed for each question."""
    parent, child = pty.openpty()
    process = t.spawn([server.bin / "admin" / "et-admin", "-c", server.conf,
                       "setup"], stdin=child, stdout=child, stderr=child)
    os.close(child)
    text = said = ""
    answers = list(answers)
    while chunk := read(parent):
        said += chunk
        text += chunk
        if answers and answers[0][0] in text:
            text = text.split(answers[0][0], 1)[1]
            os.write(parent, f"{answers.pop(0)[1]}\n".encode())
    os.close(parent)
    process.wait()
    eq(answers, [], f"{said}\nquestions that were not asked")
    return process.returncode, said


def read(terminal):
    """"" when the other end is closed."""
    try:
        return os.read(terminal, 4096).decode()
    except OSError:
        return ""


def first_on_a_terminal(t):
    """All of it asked; Enter makes a key for the operator."""
    server = Server(t, "asked", start=False)
    installer(server)
    port, made = fresh_port(), t.dir / "dora.key"
    with socket.create_server(("127.0.0.1", 0)) as other:
        busy = other.getsockname()[1]
        code, out = on_a_terminal(t, server, [
            ("reach this server", "et example"), ("reach this server", "et.example"),
            ("Port: ", "none"), ("Port: ", busy), ("Port: ", port),
            ("first operator (Enter: none): ", "root"),
            ("first operator (Enter: none): ", "dora"),
            ("(Enter: make a key): ", t.dir / "none.pub"),
            ("(Enter: make a key): ", ""),
            ("private key [/root/dora.key]: ", made)])
    eq(code, 0, f"{out}\nstatus")
    for line in ("et example: not HOST", '"root" is not allowed',
                 "none.pub: No such file", "none is not a port",
                 f"port {busy} is in use by python3",
                 "admin dora added", f"{made} made", "Paste one of these"):
        check(line in out, f"{line}\n{out}")
    check(f'"[::]:{port}"' in
          (server.dir / "conf.d" / "setup.conf").read_text(), "setup.conf")


def test(t):
    first_on_a_terminal(t)
    server = Server(t, start=False)
    installer(server)
    alice, other = Key(t, "alice", "ed25519"), Key(t, "other", "ed25519")
    port = refused(t, server, alice)
    written = server.dir / "conf.d" / "setup.conf"

    # Options alone.
    out = setup(server, "--yes", "--server", "et.example", "--port", port,
                "--operator", "alice", "--key", alice.pub)
    eq(written.read_text().splitlines()[1:],
       ['public-name = "et.example"',
        f'listen = {{"0.0.0.0:{port}", "[::]:{port}"}}'], "setup.conf")
    eq(written.stat().st_mode & 0o777, 0o644, "its mode")
    for line in (f"To start the server, run as root: et-sshd -f {server.conf}",
                 f"must accept TCP port {port}", "admin alice added",
                 f"[et.example]:{port} ssh-ed25519 ", "    User alice",
                 f"    Port {port}", "Paste one of these"):
        check(line in out, f"{line}\n{out}")
    check(out.index("User alice") < out.index("Paste one"), "the order")
    server.start()
    eq(server.port, int(port), "the port that it listens on")

    # Again: nothing changes, and the same is said.
    before = written.stat().st_mtime_ns
    out = setup(server, "--yes", "--operator", "alice", "--key", "-",
                data=alice.pub.read_bytes())
    check("The server is running." in out and "alice exists, not changed" in out, out)
    check(f"[et.example]:{port} ssh-ed25519 " in out, out)
    eq(written.stat().st_mtime_ns, before, "setup.conf")
    out = setup(server, "--operator", "alice", "--key", other.pub, code=1)
    check("alice exists with another key" in out, out)

    # What is asked alone changes; the old port is kept.
    made = t.dir / "bob.key"
    out = setup(server, "--server", "new.example", "--operator", "bob",
                "--new-key", made, "--role", "viewer")
    check("viewer bob added" in out and f"{made} made" in out, out)
    eq(made.stat().st_mode & 0o777, 0o600, "the new key's mode")
    check(f'"[::]:{port}"' in written.read_text(), "the port stays")
    check('"new.example"' in written.read_text(), "the new name")
    eq([o["operator"] for o in server.admin_json("operator", "list")],
       ["alice", "bob"], "operators")
    out = setup(server, "--server", "192.0.2.7")
    check("192.0.2.7 is an address" in out, out)

    # On a terminal: what is set is what Enter means; no operator is asked for.
    server.device("unit-1")
    code, out = on_a_terminal(t, server, [
        ("reach this server [192.0.2.7]: ", "a b"),
        ("reach this server [192.0.2.7]: ", "et.example"), (f"Port [{port}]: ", "none"),
        (f"Port [{port}]: ", "")])
    eq(code, 0, f"{out}\nstatus")
    check("To add the next device: et-admin token new" in out, out)
    check("Paste one" not in out, "no token when there is a device")

    # A later file wins, and that is said.
    later = server.dir / "conf.d" / "zz.conf"
    later.write_text('public-name = "zz.example"\n')
    out = setup(server, "--server", "x.example", code=1)
    check("a file of conf.d after setup.conf" in out, out)


run(test)
