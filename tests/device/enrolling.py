"""A device that is as it came: it enrols itself by what is pasted."""
import hashlib
import pathlib

import openwrt
from router import BUILDDIR, ID, PROGRAMS, SERVER_AT, Router
from harness import check, eq

INSTALLER = BUILDDIR / "device" / "install.sh"
PLACES = ("etc", "usr/sbin", "lib/upgrade", "var/spool/cron")
SSH = ("ssh", "ssh-keygen")
MOST = 28 * 1024        # bytes that it may leave on the device


class Fresh(Router):
    """Nothing of ours is on the device; start: what its Linux starts
    programs by; programs: its SSH client's."""

    def __init__(self, case, shell="ash", start="procd", programs=PROGRAMS,
                 **options):
        self.programs = programs
        self.start_by = start
        options.setdefault("installer", str(INSTALLER))
        super().__init__(case, shell, **options)

    def install_programs(self):
        super().install_programs()
        for program in ("ssh", "ssh-keygen", "dbclient", "dropbearkey"):
            path = self.root / "usr/bin" / program
            if program in self.programs:
                self.add_program(program, f"usr/bin/{program}")
            else:
                path.unlink(missing_ok=True)
        openwrt.STARTS[self.start_by](self.root)

    def install_client(self):
        """That is the installer's."""
        self.before = self.files()

    # --- what is pasted ---

    def token(self, *args):
        """A new token, as a row of --json."""
        if "--server" not in args:
            args += ("--server", f"{SERVER_AT}:{self.server.port}")
        row = self.server.admin_json("token", "new", *args)[0]
        self.server.events.wait("admin", reason=lambda r: row["token"] in r)
        return row

    def paste(self, row, ident=None, client=None, timeout=60, shell="/bin/sh"):
        """Run the command that et-admin printed."""
        client = client or ("dropbear" if "dbclient" in self.programs
                            else "openssh")
        env = [] if ident is None else [f"ET_ID={ident}"]
        return self.run("env", *env, shell, "-c", row[client],
                        timeout=timeout)

    def install(self, *args, shell="/bin/sh", timeout=60, **env):
        """Run the installer by itself."""
        path = self.root / "root/install.sh"
        path.write_bytes(INSTALLER.read_bytes())
        return self.run("env", *(f"{k}={v}" for k, v in env.items()), shell,
                        "/root/install.sh", *args, timeout=timeout)

    def refused(self, done, *words):
        """It failed, said why in a line of ours, and left nothing that runs
        and no half a file."""
        self.refused_installed(done, *words)
        self.gone()
        check(not (self.root / "usr/sbin/et-phone-home").exists(),
              "the client was installed")

    def refused_installed(self, done, *words):
        """The same, where the client was installed before."""
        check(done.code not in (0, 2), f"it fails: {done}")
        said = [line for line in (done.out + done.err).splitlines()
                if line.startswith("et-phone-home: ")]
        eq(len(said), 1, f"lines that it says: {done}")
        for word in words:
            check(word in said[0], f"{word!r} in {said[0]!r}")
        check(not list(self.root.rglob("*.new")), "half a file")
        eq(list((self.root / "tmp").iterdir()), [], "left in /tmp")

    # --- what is there ---

    def files(self):
        """The device's files, with their modes and contents."""
        found = {}
        for place in PLACES:
            for path in (self.root / place).rglob("*"):
                if path.is_symlink():
                    found[str(path.relative_to(self.root))] = path.readlink()
                elif path.is_file():
                    found[str(path.relative_to(self.root))] = (
                        path.stat().st_mode & 0o777,
                        hashlib.sha256(path.read_bytes()).hexdigest())
        return found

    def left(self):
        """The files that the installer left: path, and bytes."""
        return {path: (self.root / path).lstat().st_size
                for path in self.files() if path not in self.before}

    def check_left(self):
        """Not too much, and none of it a secret of the token."""
        left = self.left()
        size = sum(left.values())
        print(f"{size} bytes left on the device: {left}")
        check(size <= MOST, f"{size} bytes, more than {MOST}")
        eq(list((self.root / "tmp").iterdir()), [], "left in /tmp")
        check((self.root / "etc/et-phone-home").stat().st_mode & 0o77 == 0,
              "its folder is open to others")
        return left

    def no_secret(self, row):
        """It is in no file, and with no process."""
        secret = row["text"][9:].encode()
        for path in self.root.rglob("*"):
            if path.is_file() and not path.is_symlink() and \
                    path.relative_to(self.root).parts[0] not in (
                        "proc", "sys", "dev"):
                check(secret not in path.read_bytes(), f"a secret: {path}")
        for pid, line in self.pids().items():
            for what in ("cmdline", "environ"):
                try:
                    text = pathlib.Path(f"/proc/{pid}/{what}").read_bytes()
                except OSError:
                    continue        # it has ended
                check(secret not in text, f"a secret: {what} of {line}")

    def polls(self, count=3, ident=ID, after=0):
        self.server.events.wait("heartbeat", count=count, after=after,
                                device=ident)

    def uninstall(self):
        """Nothing that has our name is left."""
        self.run("/usr/sbin/et-phone-home", "uninstall", "--purge").ok()
        self.gone()
        eq([p for p in self.left() if "et-phone-home" in p], [],
           "left after uninstall")
