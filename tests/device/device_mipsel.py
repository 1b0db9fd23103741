#!/usr/bin/python3
"""A device of another byte order and word size than most: a mipsel router's
BusyBox and dropbear, under qemu-user.  Its key is made on it; it polls, opens
22 and 80, and an operator is on it."""
import os
import pathlib
import shutil
import subprocess

from router import APPLETS, CLIENT, PROGRAMS, Router, Skip, check, run
from harness import eq
from harness.archive import other_machine
from scenes import ask, fetch, log_in, opened

QEMU = "qemu-mipsel-static"
FORMATS = pathlib.Path("/proc/sys/fs/binfmt_misc")
# ELF, 32 bits, little endian, an executable or a library, for MIPS
MAGIC = r"\x7fELF\x01\x01\x01" + r"\x00" * 9 + r"\x02\x00\x08\x00"
MASK = r"\xff" * 7 + r"\x00" + r"\xff" * 8 + r"\xfe\xff\xff\xff"


def run_mips(t):
    """Let the kernel run its programs by qemu, opened now (F), which hears by
    what name each was called (P)."""
    qemu = shutil.which(QEMU)
    if qemu is None:
        raise Skip(f"no {QEMU} here")
    if not (FORMATS / "register").exists():
        subprocess.run(["mount", "-t", "binfmt_misc", "none", FORMATS],
                       capture_output=True)
    name = f"et-phone-home-{os.getpid()}"
    try:
        (FORMATS / "register").write_text(
            f":{name}:M::{MAGIC}:{MASK}:{qemu}:PF")
    except OSError as error:
        raise Skip(f"no binfmt_misc here: {error}") from None
    t.closers.append(lambda: (FORMATS / name).write_text("-1"))


class Mipsel(Router):
    def __init__(self, case, programs):
        self.programs = programs
        super().__init__(case)

    def install_programs(self):
        for path in self.programs.rglob("*"):
            at = self.root / path.relative_to(self.programs)
            if path.is_dir() or at.exists() or "doc" in path.parts:
                continue
            at.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, at)
        for applet in APPLETS:
            (self.root / "usr/bin" / applet).symlink_to("/bin/busybox")
        for shell in ("ash", "sh"):
            (self.root / "bin" / shell).symlink_to("busybox")
        for program in PROGRAMS:
            path = self.root / "usr/bin" / program
            if not path.exists():
                shutil.copy(self.root / "usr/sbin" / program, path)

    def install_client(self):
        """With a key that is made here."""
        shutil.copy(CLIENT, self.root / "usr/sbin/et-phone-home")
        etc = self.root / "etc/et-phone-home"
        etc.mkdir(mode=0o700)
        self.run("dropbearkey", "-t", "ed25519", "-f",
                 "/etc/et-phone-home/id_dropbear").ok()
        out = self.run("dropbearkey", "-y", "-f",
                       "/etc/et-phone-home/id_dropbear").ok().out
        line, = [x for x in out.splitlines() if x.startswith("ssh-ed25519 ")]
        self.server.admin_ok("device", "add", self.ident, "--key", "-",
                             data=line.encode() + b"\n")
        (etc / ".ssh").mkdir()
        (etc / ".ssh/known_hosts").write_text("".join(
            f"192.0.2.1 {k.type} {k.base64}\n" for k in self.server.hostkeys))
        self.configure()

    def pids(self):
        """Without the emulator before each."""
        return {pid: line.split(" ", 1)[-1] if QEMU in line else line
                for pid, line in super().pids().items()}


def test(t):
    run_mips(t)
    r = Mipsel(t, other_machine("mipsel", "bookworm", "busybox-static"))
    eq(r.run("uname", "-m").ok().out.strip(), "mips", "the machine")
    operator = r.serve()
    r.start_client()
    r.server.events.wait("heartbeat", count=3)
    ssh, web = ask(r, 22), ask(r, 80)
    opened(r, ssh, web)
    eq(log_in(r, operator, ssh).ok().out, "the device's page\n", "22")
    eq(fetch(web), "the device's page\n", "80")
    beat = r.server.events.find("heartbeat")[-1]
    check("dropbear" in r.server.admin_json("device", "list")[0]["client"],
          str(beat))


run(test)
