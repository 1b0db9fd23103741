#!/usr/bin/python3
"""conf.d: read after the file by et-sshd, its -t, a reload and et-admin."""
import os

from harness import Server, check, eq, run


def write(server, name, text, mode=0o644):
    path = server.dir / "conf.d" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    return path


def reload(server):
    return str(server.events.wait("reload", after=server.hup()))


def test(t):
    server = Server(t, start=False)
    faulty = write(server, "20.conf", "# fine\nbogus = 1\n")
    write(server, "README", "not an option\n")
    for args in ((), ("-t",)):
        done = server.fails(*args)
        eq(done.code, 78, "exit status")
        check(f"{faulty}:2: " in done.err, f"file and line: {done}")

    # Where the store is, for both.
    other = f"sqlite:{server.dir}/state/other.db"
    write(server, "20.conf", f'store = "{other}"\nlogin-grace = 7\n')
    write(server, "30.conf", 'public-name = "et.example:2200"\n')
    server.start()
    device = server.device("unit-1")
    device.poll().ok()
    check((server.dir / "state" / "other.db").exists(), "the other store")
    check(not server.store.exists(), "not the main file's store")
    made, = server.admin_json("token", "new")
    eq(made["server"], "et.example:2200", "public-name")

    # A reload reads the folder again, and names what is wrong in it.
    faulty = write(server, "25.conf", "\nredeliver = 0\n")
    check(f"{faulty}:2: " in reload(server), "file and line at a reload")
    device.poll().ok()
    faulty.unlink()
    write(server, "40.conf", "workers = 3\n")
    check("needs_restart': 'workers'" in reload(server), "of conf.d/40.conf")
    (server.dir / "conf.d" / "40.conf").unlink()
    check("done" in reload(server), "a good folder")

    # What the server's user cannot read.
    hidden = write(server, "50.conf", "", 0o600)
    if os.getuid() == 0:
        check(f"{hidden}: Permission denied" in reload(server),
              "an unreadable file")
        os.chown(hidden, 12345, 12345)
        check(f"{hidden}: must be owned by root" in reload(server),
              "a stranger's file")
        refused = server.admin("device", "list")
        check(refused.code == 1 and str(hidden) in refused.err, refused)
    hidden.unlink()
    device.poll().ok()


run(test)
