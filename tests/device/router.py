"""A device behind NAT, and its router, on one machine.

The test itself moves into a network of its own, where the server is.  The
router has a network, with nftables' masquerade between its two ports.  The
device has a network, processes and a root of its own: BusyBox with the applets
that OpenWrt has and no others, dropbear's programs, the client.  All of it ends
with the test.

	server 192.0.2.1 -- 192.0.2.2 router 192.168.1.1 -- 192.168.1.2 device
"""
import ctypes
import os
import pathlib
import re
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] /
                       "regress"))

from harness import (Fail, Key, Server, Skip, check, eventually,  # noqa
                     proc, run)
from harness.case import BUILDDIR, SRCDIR  # noqa

CLONE_NEWNS, CLONE_NEWNET = 0x00020000, 0x40000000
MS_REC, MS_PRIVATE = 0x4000, 1 << 18
HERE = pathlib.Path(__file__).resolve().parent
CLIENT = SRCDIR / "device" / "et-phone-home"
SERVER_AT, ROUTER_AT, DEVICE_AT = "192.0.2.1", "192.168.1.1", "192.168.1.2"
MAC = "64:66:b3:4b:de:54"
ID = "6466b34bde54"
BUSYBOX = "/bin/busybox"
PROGRAMS = ("dbclient", "dropbearkey", "dropbear")
PATH = "PATH=/usr/sbin:/usr/bin:/sbin:/bin"
SERVICES = ("/bin/busybox syslogd", "/bin/busybox httpd", "dropbear ")

# Of OpenWrt's configuration of BusyBox what is in every release since 15.05,
# as far as a client could use it; and the shell, which is linked apart.
APPLETS = """[ [[ awk basename cat chgrp chmod chown clear cmp cp crontab cut
date dd df dirname dmesg du echo egrep env expr false fgrep find free grep gunzip
gzip head hexdump id ifconfig ip kill killall less ln logger ls md5sum mkdir
mkfifo mknod mktemp mount mv nc netstat nice nslookup passwd pgrep pidof ping
printf ps pwd readlink renice rm rmdir route sed seq sha256sum sleep sort
start-stop-daemon strings sync sysctl tail tar tee test time top touch tr true
umount uname uniq uptime vi wc wget which xargs yes zcat""".split()

NAT = """
table ip nat {
	chain out {
		type nat hook postrouting priority 100;
		oifname "wan" masquerade
	}
}
table ip count {
	chain through {
		type filter hook forward priority 0;
		ip daddr 192.0.2.1 counter
		ip saddr 192.0.2.1 counter
	}
}
"""


def own_network():
    """Move this process into a network and a mount namespace of its own."""
    for program in ("nft", "ip", "nsenter"):
        if shutil.which(program) is None:
            raise Skip(f"no {program} here")
    if not os.path.exists(BUSYBOX) or b"not a dynamic" not in subprocess.run(
            ["ldd", BUSYBOX], capture_output=True).stderr:
        raise Skip("no static busybox here")
    libc = ctypes.CDLL(None, use_errno=True)
    if os.getuid() != 0 or libc.unshare(CLONE_NEWNET | CLONE_NEWNS) != 0:
        raise Skip("namespaces of one's own need root")
    check(libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None) == 0,
          "mounts are private")
    must("ip", "link", "set", "lo", "up")
    # A tail sent twice, since a loaded machine's answer is late.
    must("sysctl", "-q", "net.ipv4.tcp_early_retrans=0")


def must(*argv, data=None):
    done = subprocess.run([str(a) for a in argv], input=data, text=True,
                          capture_output=True, timeout=60)
    check(done.returncode == 0, f"{argv}: {done.stderr}")
    return done.stdout


def libraries(program):
    out = must("ldd", program)
    return re.findall(r"(/\S+) \(0x", out)


class Router:
    """The network; its device's shell is ash or dash."""

    def __init__(self, case, shell="ash", ident=ID, **options):
        own_network()
        self.case, self.shell, self.ident = case, shell, ident
        self.router = self.holder("-n")
        self.wire()
        options.setdefault("listen", [f"{SERVER_AT}:0"])
        options.setdefault("rsa", True)
        self.server = Server(case, **options)
        self.root = case.dir / "root"
        self.make_root()
        case.tellers.append(self.tell)
        self.install_client()

    def install_client(self):
        """Client, key and settings, and the server knows it."""
        shutil.copy(CLIENT, self.root / "usr/sbin/et-phone-home")
        self.device = self.server.device(self.ident)
        self.pin()

    # --- networks ---

    def holder(self, *options, script="exec sleep 1000"):
        """A process that keeps namespaces alive; returns its number."""
        process = self.case.spawn(["unshare", *options, "--", "sh", "-c",
                                   script])

        def started():
            if process.poll() is not None:
                raise Skip(f"unshare {options}: status {process.returncode}")
            pids = [process.pid, *proc.descendants(process.pid)]
            return [p for p in pids if proc.executable(p) == "sleep"]
        return eventually(started, what="the namespace is there")[0]

    def in_router(self, *argv, **how):
        return must("nsenter", "-t", self.router, "-n", *argv, **how)

    def wire(self):
        must("ip", "link", "add", "inet", "type", "veth", "peer", "name",
             "wan", "netns", self.router)
        must("ip", "addr", "add", f"{SERVER_AT}/24", "dev", "inet")
        must("ip", "link", "set", "inet", "up", "gso_max_segs", "1")
        self.in_router("ip", "addr", "add", "192.0.2.2/24", "dev", "wan")
        self.in_router("ip", "link", "set", "wan", "up")
        self.in_router("nft", "-f", "-", data=NAT)
        self.in_router("sysctl", "-q", "net.ipv4.ip_forward=1")

    def wire_device(self):
        self.in_router("ip", "link", "add", "lan", "type", "veth", "peer",
                       "name", "eth0", "address", MAC, "netns", self.init)
        self.in_router("ip", "addr", "add", f"{ROUTER_AT}/24", "dev", "lan")
        self.in_router("ip", "link", "set", "lan", "up")
        enter = ("nsenter", "-t", self.init, "-n")
        must(*enter, "ip", "link", "set", "lo", "up")
        must(*enter, "ip", "addr", "add", f"{DEVICE_AT}/24", "dev", "eth0")
        must(*enter, "ip", "link", "set", "eth0", "up", "gso_max_segs", "1")
        must(*enter, "ip", "route", "add", "default", "via", ROUTER_AT)

    def cable(self, state):
        """"down": the router's wan port is pulled; "up": put back."""
        self.in_router("ip", "link", "set", "wan", state)

    def bytes(self):
        """IP bytes that went between device and server, both ways."""
        out = self.in_router("nft", "list", "chain", "ip", "count", "through")
        return sum(int(n) for n in re.findall(r"bytes (\d+)", out))

    # --- the device's root ---

    def make_root(self):
        root = self.root
        for path in ("bin", "dev", "etc", "lib", "lib64", "proc", "root/.ssh",
                     "sys", "tmp", "usr/bin", "usr/sbin", "usr/lib", "var/run",
                     "var/log", "www", "etc/init.d", "etc/rc.d"):
            (root / path).mkdir(parents=True, exist_ok=True)
        self.install_programs()
        (root / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/sh\n")
        (root / "etc/group").write_text("root:x:0:\n")
        (root / "etc/shells").write_text("/bin/sh\n")
        (root / "etc/hosts").write_text("127.0.0.1 localhost\n")
        (root / "www/index.html").write_text("the device's page\n")
        self.init = self.holder(
            "-n", "-m", "-p", "-f", "--kill-child", script=f"""set -e
            cd {root}
            mount -t proc proc proc
            mount -t sysfs sysfs sys
            mount -t tmpfs -o mode=755 none dev
            mknod -m 666 dev/null c 1 3
            mknod -m 444 dev/urandom c 1 9
            mknod -m 444 dev/random c 1 8
            mknod -m 666 dev/tty c 5 0
            mkdir dev/pts
            mount -t devpts -o newinstance,ptmxmode=666 none dev/pts
            ln -s pts/ptmx dev/ptmx
            exec sleep 1000""")
        self.wire_device()

    def install_programs(self):
        shutil.copy(BUSYBOX, self.root / "bin/busybox")
        for applet in APPLETS:
            (self.root / "usr/bin" / applet).symlink_to(BUSYBOX)
        (self.root / "bin/ash").symlink_to("busybox")
        if self.shell == "ash":
            (self.root / "bin/sh").symlink_to("busybox")
        else:
            self.add_program(self.shell, "bin/sh")
        for program in PROGRAMS:
            self.add_program(program, f"usr/bin/{program}")

    def add_program(self, name, path):
        found = shutil.which(name)
        if found is None:
            raise Skip(f"no {name} here")
        shutil.copy(found, self.root / path)
        for library in libraries(found):
            at = self.root / library.lstrip("/")
            at.parent.mkdir(parents=True, exist_ok=True)
            if not at.exists():
                shutil.copy(library, at)

    def add_usign(self):
        """OpenWrt's verifier of signatures; signify has its options and forms."""
        self.add_program("signify-openbsd", "usr/bin/usign")

    def remove_program(self, name):
        (self.root / "usr/bin" / name).unlink()

    def pin(self, keys=None):
        """Key, known_hosts and settings, as the installer leaves them."""
        etc = self.root / "etc/et-phone-home"
        (etc / ".ssh").mkdir(parents=True, exist_ok=True)
        etc.chmod(0o700)
        shutil.copy(self.device.key.dropbear, etc / "id_dropbear")
        (etc / "id_dropbear").chmod(0o600)
        (etc / ".ssh/known_hosts").write_text("".join(
            f"{SERVER_AT} {k.type} {k.base64}\n"
            for k in (self.server.hostkeys if keys is None else keys)))
        self.configure()

    def configure(self, **options):
        """Settings of the device; an interval of a second if not said."""
        options = {"id": self.ident, "interval": 1,
                   "server": f"{SERVER_AT}:{self.server.port}", **options}
        (self.root / "etc/et-phone-home/config").write_text(
            "# a test's\n" + "".join(f"{k} = {v}\n"
                                     for k, v in options.items()))

    # --- on the device ---

    def argv(self, *argv):
        return ["nsenter", "-t", self.init, "-m", "-n", "-p", "chroot",
                self.root, "env", "-i", PATH, "HOME=/root", *argv]

    def run(self, *argv, timeout=60, **how):
        """Run a command on the device to its end."""
        return self.case.run(self.argv(*argv), timeout, **how)

    def start(self, *argv, **how):
        how.setdefault("stdout", subprocess.DEVNULL)
        return self.case.spawn(self.argv(*argv), **how)

    def phone(self, *args, **how):
        return self.run("/bin/sh", "/usr/sbin/et-phone-home", *args, **how)

    def start_client(self):
        """et-phone-home run, as procd has it; what it says is in the log."""
        self.syslog()
        return self.start("/bin/sh", "/usr/sbin/et-phone-home", "run",
                          stderr=subprocess.DEVNULL)

    def syslog(self):
        if not (self.root / "var/log/messages").exists():
            self.start(BUSYBOX, "syslogd", "-n", "-O", "/var/log/messages",
                       "-S")
            eventually(lambda: self.run("test", "-S", "/dev/log").code == 0,
                       what="syslogd listens")

    def log(self):
        try:
            return (self.root / "var/log/messages").read_text()
        except FileNotFoundError:
            return ""

    def wait_log(self, text):
        eventually(lambda: text in self.log(), what=f"the log says {text!r}")

    def pids(self):
        """Processes of the device, but its first and its services."""
        mine = os.readlink(f"/proc/{self.init}/ns/pid")
        found = {}
        for entry in os.listdir("/proc"):
            if not entry.isdigit() or int(entry) == self.init:
                continue
            try:
                if os.readlink(f"/proc/{entry}/ns/pid") != mine:
                    continue
                line = pathlib.Path(f"/proc/{entry}/cmdline").read_bytes()
            except OSError:
                continue
            line = line.replace(b"\0", b" ").decode(errors="replace")
            if line and not line.startswith(SERVICES):
                found[int(entry)] = line.strip()
        return found

    def clients(self, text=" "):
        """The dbclients that run, by what is in their command lines."""
        return [line for line in self.pids().values()
                if line.startswith("dbclient ") and text in line]

    def stop(self):
        """End the client as procd does: nothing may be left."""
        self.run("/bin/sh", "-c",
                 "kill $(cat /var/run/et-phone-home/lock/pid)").ok()
        self.gone()

    def gone(self):
        eventually(lambda: not self.pids(), what="every process is gone: "
                   f"{self.pids()}")

    def serve(self):
        """Its services: dropbear on 22, a web server on 80.  An operator's
        key for the first."""
        operator, host = Key(self.case, "operator"), Key(self.case, "dropbear")
        shutil.copy(host.dropbear, self.root / "etc/dropbear_key")
        keys = self.root / "root/.ssh/authorized_keys"
        keys.write_text(operator.line + "\n")
        for path, mode in ((self.root / "root", 0o700),
                           (keys.parent, 0o700), (keys, 0o600)):
            path.chmod(mode)
        self.start("dropbear", "-F", "-E", "-s", "-p", "22", "-r",
                   "/etc/dropbear_key", "-P", "/tmp/dropbear.pid",
                   stderr=subprocess.DEVNULL)
        self.start(BUSYBOX, "httpd", "-f", "-p", "80", "-h", "/www")
        return operator

    def tell(self):
        print("--- the device's log")
        print(self.log()[-6000:])
        print("--- its processes")
        print("\n".join(self.pids().values()))
        for path in ("config", ".ssh/known_hosts"):
            print(f"--- {path}")
            file = self.root / "etc/et-phone-home" / path
            print(file.read_text() if file.exists() else "none")


__all__ = ["Fail", "Key", "Router", "Server", "Skip", "check", "eventually",
           "run"]
