#!/usr/bin/python3
"""contrib/container: the image is built from the tree, its page's commands are
typed as they stand there, and the server in it serves a device and an operator.
The image has no host key; a container's stay with its volumes; the first process
ends by SIGTERM; the health check says when no server runs; each capability that
the page lists is needed.  In the long form alone."""
import json
import os
import pathlib
import re
import shutil
import tarfile

from machine import (SRCDIR, Skip, check, eq, eventually, libc, own_mounts,
                     run)
from pages import blocks

PAGE = "contrib/container/README.md"
CLONE_NEWNET = 0x40000000
BASE = "docker.io/library/debian:trixie-slim"
SUITE = "trixie"
NAME = "phone.example.com"
HERE, CLIENT = "192.0.2.1", "192.0.2.2"
AWAY = f"et-away-{os.getpid()}"
THERE = ["ip", "netns", "exec", AWAY]
BUILD = 1500        # s, of both stages on a busy machine
ECHO = """
import socket
s = socket.create_server(("127.0.0.1", 2200))
while True:
    c, _ = s.accept()
    c.sendall(b"hello\\n")
    c.close()
"""
CONTAINERS = """[containers]
cgroups = "disabled"
default_ulimits = ["nofile=1024:4096", "nproc=4096:4096"]
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
[network]
network_config_dir = "{0}/networks"
"""
STORAGE = """[storage]
driver = "overlay"
graphroot = "{0}/graph"
runroot = "{0}/run"
"""


class Engine:
    """podman with a store of its own."""

    def __init__(self, t):
        self.t = t
        self.env = {
            **os.environ, "BUILDAH_ISOLATION": "chroot",
            "CONTAINERS_CONF": str(t.dir / "containers.conf"),
            "CONTAINERS_STORAGE_CONF": str(t.dir / "storage.conf")}
        (t.dir / "containers.conf").write_text(CONTAINERS.format(t.dir))
        (t.dir / "storage.conf").write_text(STORAGE.format(t.dir))
        t.closers.append(self.close)

    def close(self):
        self.run("podman rm --force --all --time 0")
        self.t.run(["umount", "-l", self.t.dir / "graph/overlay"])

    def run(self, line, timeout=60):
        """A line as its reader types it, in the tree."""
        return self.t.run(["sh", "-c", f"cd {SRCDIR}; {line}"], timeout,
                          env=self.env)

    def ok(self, line, timeout=60):
        return self.run(line, timeout).ok().out


def cgroup2_alone():
    """crun knows no cgroup2 beside the older hierarchies."""
    if pathlib.Path("/sys/fs/cgroup/cgroup.procs").exists():
        return
    if os.system("umount -R /sys/fs/cgroup && "
                 "mount -t cgroup2 none /sys/fs/cgroup") != 0:
        raise Skip("no cgroup2 for podman")


def uris(t):
    """Debian's mirror and that of its security updates, as apt has them."""
    found = {u.rstrip("/").rsplit("/", 1)[1]: u for u in t.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)"]).out.split()}
    if "debian" not in found or "debian-security" not in found:
        raise Skip("apt knows no mirror of Debian")
    return found["debian"], found["debian-security"]


def make_base(t, e):
    """What a registry of images has under that name."""
    debian, security = uris(t)
    root = t.dir / "base"
    done = t.run(["debootstrap", "--variant=minbase", SUITE, root, debian],
                 timeout=900)
    if done.code != 0:
        raise Skip(f"debootstrap: {done.out[-400:]}")
    (root / "etc/apt/sources.list").write_text(
        f"deb {debian} {SUITE} main\n"
        f"deb {security} {SUITE}-security main\n")
    e.ok(f"tar -C {root} -cf - . | podman import - {BASE}", 300)
    shutil.rmtree(root)


def own_network(t):
    """And beside it that of the clients: the page's port 22 is nobody's here."""
    if libc.unshare(CLONE_NEWNET) != 0 or os.system(
            f"ip link set lo up && ip netns add {AWAY} && "
            f"ip link add et0 type veth peer name et1 netns {AWAY} && "
            f"ip address add {HERE}/24 dev et0 && ip link set et0 up && "
            f"ip -n {AWAY} address add {CLIENT}/24 dev et1 && "
            f"ip -n {AWAY} link set et1 up && ip -n {AWAY} link set lo up"):
        raise Skip("no network of its own")
    t.closers.append(lambda: t.run(["ip", "netns", "delete", AWAY]))


def check_image(t, e):
    """No layer has a host key."""
    e.ok(f"podman save -q -o {t.dir}/image.tar et-phone-home", 120)
    names = []
    with tarfile.open(t.dir / "image.tar") as image:
        for member in image.getmembers():
            if member.name.endswith(".tar") and member.isfile():
                with tarfile.open(fileobj=image.extractfile(member)) as layer:
                    names += layer.getnames()
    check("usr/sbin/et-sshd" in names, "the image has the server")
    eq([n for n in names if "ssh_host_" in n and "/.wh." not in n], [],
       "host keys in the image")
    (t.dir / "image.tar").unlink()


def events(e, name):
    found = [json.loads(x) for x in
             e.ok("podman logs et-phone-home 2>&1").splitlines()
             if x.startswith("{")]
    return [x for x in found if x["event"] == name]


def healthy(e):
    return e.run("podman healthcheck run et-phone-home").code == 0


def ssh(t, key, *words):
    return [*THERE, "ssh", "-F", "none", "-i", t.dir / key, "-o",
            "BatchMode=yes", "-o", "StrictHostKeyChecking=yes", "-o",
            f"UserKnownHostsFile={t.dir}/known_hosts", "-o",
            f"HostKeyAlias={NAME}", *words]


def add_device(t, e):
    """One that holds its port 22, which is its own ssh's: here an echo."""
    admin = "podman exec -i et-phone-home et-admin"
    e.ok(f"{admin} device add unit-1 --key - <{t.dir}/device.pub")
    e.ok(f"{admin} permit add unit-1 22 --virtual")
    eq(t.run(ssh(t, "device", f"unit-1@{HERE}", "poll 1")).ok().out, "0\n",
       "the answer")
    t.spawn([*THERE, "/usr/bin/python3", "-c", ECHO])
    eventually(lambda: "2200" in t.run([*THERE, "ss", "-Hltn"]).out,
               what="an echo")
    t.spawn(ssh(t, "device", "-N", "-R", "22:127.0.0.1:2200",
                f"unit-1@{HERE}"))
    eventually(lambda: '"unit-1"' in e.ok(
        f"{admin} --json session list"), what="the device's tunnel",
               every=0.2)


def operator(t, e):
    """alice, whose block pins the host keys."""
    out = t.run(ssh(t, "alice", f"alice@{HERE}", "device list")).ok().out
    check("unit-1" in out, out)
    jump = ssh(t, "alice", "-W", "unit-1:22", f"alice@{HERE}")
    eventually(lambda: t.run(jump).out == "hello\n", what="a jump", every=0.2)
    eq({x["addr"] for x in events(e, "login")}, {CLIENT},
       "the clients' address")


def type_page(t, e, lines):
    """Each of the commands; what is stopped and started again is the same."""
    for line in lines:
        done = e.ok(line.replace("<alice.pub", f"<{t.dir}/alice.pub"))
        if "operator add" in line:
            # The names of the page, without the port that it publishes.
            keys = re.findall(rf"(?m)^{NAME} (ssh-\S+ \S+)$", done)
            check(keys, done)
            (t.dir / "known_hosts").write_text(
                "".join(f"{NAME} {k}\n" for k in keys))
            add_device(t, e)
            operator(t, e)
        if "podman stop" in line:
            eq([x["reason"] for x in events(e, "stop")], ["Terminated"],
               "the end")
            eq(e.ok("podman inspect --format '{{.State.ExitCode}}' "
                    "et-phone-home").strip(), "0", "exit status")
    eventually(lambda: healthy(e), what="healthy again", every=0.2)
    eq(t.run(ssh(t, "device", f"unit-1@{HERE}", "poll 1")).ok().out, "0\n",
       "the answer after a restart")
    e.ok("podman kill --signal HUP et-phone-home")
    eventually(lambda: events(e, "reload"), what="a reload")


def check_start(e):
    """Users and sandboxes are whole; none but low ports is missing."""
    start = events(e, "start")[0]
    eq(start["without"], ["ports below 1024"], "what is not given")
    check("no user" not in e.ok("podman logs et-phone-home 2>&1"), "users")
    uids = e.ok("podman exec et-phone-home sh -c 'cat /proc/[0-9]*/status' | "
                "awk '/^Name/ {n = $2} /^Uid/ {print n, $2}' | "
                "grep et-sshd | sort -u").split("\n")
    eq(uids[:-1], ["et-sshd 701", "et-sshd-keeper 700", "et-sshd-launch 701",
                   "et-sshd-worker 702"], "users")


def check_each_needed(e, start):
    """Without one of the capabilities it does not start."""
    listed = re.search(r"--cap-add (\S+)", start).group(1)
    words = start.replace("podman run -d --name et-phone-home ",
                          "podman run --rm --name less ")
    words = re.sub(r"-p \S+|--volume et-phone-home-store\S+", "", words)
    for cap in listed.split(","):
        fewer = ",".join(c for c in listed.split(",") if c != cap)
        done = e.run(f"timeout 60 {words.replace(listed, fewer)}")
        check(done.code not in (0, 124) and
              "ermitted" in done.err, f"without {cap}: {done}")


def check_unhealthy(e):
    """A container in which no server runs."""
    e.ok("podman run -d --name idle --entrypoint sleep et-phone-home 600")
    check(e.run("podman healthcheck run idle").code != 0, "no server runs")


def check_folders(t, e, start):
    """The same on folders of the machine."""
    page = (SRCDIR / PAGE).read_text()
    (t.dir / "conf").mkdir()
    e.ok(re.search(r"`(install -d .*) /srv/et-phone-home`", page).group(1) +
         f" {t.dir}/store")
    words = re.sub(r"-p \S+", "", start).replace("et-phone-home-conf:",
                                                 f"{t.dir}/conf:")
    words = words.replace("et-phone-home-store:", f"{t.dir}/store:")
    e.ok(words.replace("--name et-phone-home", "--name folders"))
    eventually(lambda: e.run("podman healthcheck run folders").code == 0,
               what="a server on folders", every=0.2)
    check((t.dir / "conf/et-sshd.conf").exists(), "a configuration")


def test(t):
    if not os.environ.get("ETPH_LONG"):
        raise Skip("builds an image: with ETPH_LONG")
    if os.geteuid() != 0:
        raise Skip("not root")
    for program in ("podman", "buildah", "debootstrap", "iptables"):
        if shutil.which(program) is None:
            raise Skip(f"no {program} (contrib/packages.sh container)")
    own_mounts()
    cgroup2_alone()
    e = Engine(t)
    done = e.run("podman info")
    if done.code != 0:
        raise Skip(f"podman: {done.err[-400:]}")
    make_base(t, e)
    for name in ("alice", "device"):
        t.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f",
               t.dir / name], check_=True)
    (build, start), commands = [text.splitlines() for _, text in blocks(PAGE)]
    e.ok(build, BUILD)
    check_image(t, e)
    own_network(t)
    done = e.run(f"podman run --rm --cap-drop all --entrypoint true {BASE}")
    if done.code != 0:
        raise Skip(f"podman cannot run a container here: {done.err[-400:]}")
    e.ok(start)
    eventually(lambda: healthy(e), what="healthy", every=0.2)
    check_start(e)
    type_page(t, e, commands)
    check_unhealthy(e)
    check_each_needed(e, start)
    check_folders(t, e, start)


run(test, limit=2700)
