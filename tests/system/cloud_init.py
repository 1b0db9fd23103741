#!/usr/bin/python3
"""contrib/ec2/user-data.yaml, run by cloud-init on a machine that boots: its
server has the port, sshd has moved, nothing else listens, a device enrols with
the line that setup has printed, and the operator logs in with the block.  The
package is one made of this build.  With ETPH_LONG it is contrib/debian/build.sh's,
sshd may also stay or be off, and a package with another hash changes nothing."""
import hashlib
import json
import os
import re
import shutil
import subprocess

from machine import (CONFDIR, SRCDIR, Machine, Skip, check, eq, eventually,
                     run)
from pages import blocks
from harness.case import BUILDDIR   # machine.py has found it

LONG = os.environ.get("ETPH_LONG")
NAME = "phone.example.com"
SEED = "var/lib/cloud/seed/nocloud"
# Of the test machine's own: what cloud-init must not wait for or change.
CLOUD = """datasource_list: [ NoCloud ]
network: {config: disabled}
locale: C.UTF-8
ssh_genkeytypes: [ed25519]
"""
CONTROL = """Package: et-phone-home-server
Version: 2.0~test
Architecture: all
Maintainer: nobody <nobody@example.invalid>
Description: the server of this build
"""
POSTINST = """#!/bin/sh
set -e
PATH=/usr/local/sbin:$PATH
et-admin hostkey generate
systemd-sysusers
systemd-tmpfiles --create et-phone-home.conf
systemctl daemon-reload
systemctl enable --now et-sshd
"""
PACKAGE = 600       # s: cloud-init on a busy machine
# What is listened on, but for what loopback's own resolver may.
LISTENS = "ss -Hltn | awk '{sub(/.*:/, \"\", $4); print $4}' | sort -nu"


def clean_environment():
    return {k: v for k, v in os.environ.items()
            if k not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}


def package(t):
    """The server's .deb."""
    if LONG:
        t.run([SRCDIR / "contrib/debian/build.sh", t.dir / "packages"],
              timeout=PACKAGE, check_=True, env=clean_environment())
        return next((t.dir / "packages").glob("et-phone-home-server_*.deb"))
    tree = t.dir / "tree"
    t.run(["make", "-C", BUILDDIR, "install", f"DESTDIR={tree}"], timeout=120,
          check_=True, env=clean_environment())
    (tree / "DEBIAN").mkdir()
    conf = tree / CONFDIR.relative_to("/")
    conf.mkdir(parents=True, exist_ok=True)
    shutil.copy(SRCDIR / "contrib/et-sshd.conf", conf)
    (tree / "DEBIAN/control").write_text(CONTROL)
    (tree / "DEBIAN/postinst").write_text(POSTINST)
    (tree / "DEBIAN/postinst").chmod(0o755)
    made = t.dir / "et-phone-home-server_2.0~test_all.deb"
    t.run(["dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "-b", tree,
           made], check_=True)
    return made


def edited(values):
    """The user data, with these values at its head."""
    text = (SRCDIR / "contrib/ec2/user-data.yaml").read_text()
    head, mark, rest = text.partition("\n# The rest stays as it is.\n")
    check(mark, "the user data has a head")
    for name, value in values.items():
        head, n = re.subn(rf"(?m)^      {name}=.*$", f"      {name}='{value}'",
                          head)
        eq(n, 1, f"{name} in the user data")
    return head + mark + rest


def cloud(t, name, values):
    """A machine as an image for clouds is: sshd listens, cloud-init runs."""
    m = Machine(t, name)
    (m.root / "usr/sbin/policy-rc.d").unlink(missing_ok=True)
    shutil.rmtree(m.root / "var/lib/cloud", ignore_errors=True)
    (m.root / SEED).mkdir(parents=True)
    (m.root / SEED / "meta-data").write_text(f"instance-id: i-{name}\n")
    (m.root / SEED / "user-data").write_text(edited(values))
    (m.root / "etc/cloud/cloud.cfg.d/99-test.cfg").write_text(CLOUD)
    (m.root / "etc/hosts").write_text(f"127.0.0.1 localhost {NAME}\n")
    # A mirror that has nothing: there is no network.
    for where in (m.root / "etc/apt").glob("sources.list*"):
        shutil.rmtree(where) if where.is_dir() else where.unlink()
    (m.root / "etc/apt/sources.list").write_text("")
    m.boot()
    return m


def serve_package(t, m, deb):
    """Its URL on the machine, and what serves it."""
    shutil.copy(deb, m.root / "srv/server.deb")
    server = t.spawn(["nsenter", "-t", m.pid, "-n", "/usr/bin/python3", "-m",
                      "http.server", "-b", "127.0.0.1", "-d", m.root / "srv",
                      "8000"], stdout=subprocess.DEVNULL,
                     stderr=subprocess.DEVNULL)
    eventually(lambda: "8000" in m.ok(LISTENS).split(), what="port 8000")
    return server


def start(t, name, deb, values):
    """cloud-init to its end; the machine, and how it ended."""
    m = cloud(t, name, {
        "NAME": NAME, "DEB": "http://127.0.0.1:8000/server.deb",
        "SHA256": hashlib.sha256(deb.read_bytes()).hexdigest(), **values})
    server = serve_package(t, m, deb)
    m.ok("systemctl start --no-block ssh.service cloud-init.target")
    done = m.run("cloud-init", "status", "--wait", timeout=PACKAGE)
    server.terminate()
    server.wait()
    return m, done


def said(m):
    return m.ok("cat /var/log/cloud-init-output.log")


def enrol(m, text):
    """The line that setup has printed, pasted on a device."""
    line = text.split("With OpenSSH's ssh:")[1].strip()
    m.run("env", "ET_ID=unit-1", "ET_CLIENT=ssh", "sh", "-c", line,
          timeout=60).ok()
    out = m.run("et-admin", "--json", "device", "list").ok().out
    eq([json.loads(x)["device"] for x in out.splitlines()], ["unit-1"],
       "devices")


def check_default(t, key, deb):
    """Port 22 is the server's, and sshd is at 2200."""
    m, done = start(t, "default", deb, {"KEY": key.with_suffix(".pub")
                                        .read_text().strip()})
    eq(done.out.strip().lstrip(".\n"), "status: done",
       f"{said(m)}\ncloud-init")
    result = json.loads(m.ok("cat /run/cloud-init/result.json"))["v1"]
    eq(result["errors"], [], "cloud-init's errors")
    check("NoCloud" in result["datasource"], result)
    eq(m.ok(LISTENS).split(), ["22", "2200"], "what listens")
    eq(m.ok("systemctl is-active et-sshd ssh").split(), ["active"] * 2,
       "services")
    m.ok("et-admin status")
    text = m.ok("cat /root/et-phone-home.txt")
    eq(m.ok("stat -c %a /root/et-phone-home.txt").strip(), "600", "its mode")
    hostkeys = m.ok(f"et-admin hostkey show --host {NAME}")
    check(hostkeys in said(m), "the host keys are in cloud-init's output")
    check("enroll" not in said(m), "no token in cloud-init's output")
    enrol(m, text)
    log_in(m, key, hostkeys)
    check_page(t, m)
    # Of an image of this server: its user data, where no package can be had.
    m.ok("cloud-init single --name scripts-user --frequency always")
    eq(m.ok(f"et-admin hostkey show --host {NAME}"), hostkeys, "host keys")
    m.power("poweroff")


def log_in(m, key, hostkeys):
    """The operator, with ssh and the host keys that were printed."""
    home = m.root / "root/.ssh"
    home.mkdir(mode=0o700, exist_ok=True)
    shutil.copy(key, home / "alice")
    (home / "known_hosts").write_text("".join(
        x.split(None, 1)[1] + "\n" for x in hostkeys.splitlines()
        if x.startswith("known_hosts")))
    out = m.ok("ssh -F none -o BatchMode=yes -o StrictHostKeyChecking=yes "
               f"-i /root/.ssh/alice alice@{NAME} device list")
    check("unit-1" in out, out)


def check_stays(t, key, deb):
    """sshd keeps port 22, and the server has another."""
    m, done = start(t, "stays", deb, {
        "PORT": "2222", "ADMIN_PORT": "22",
        "KEY": key.with_suffix(".pub").read_text().strip()})
    check("status: done" in done.out, f"{done}\n{said(m)}")
    eq(m.ok(LISTENS).split(), ["22", "2222"], "what listens")
    m.power("poweroff")


def check_off(t, key, deb):
    """The server's port alone listens."""
    m, done = start(t, "off", deb, {
        "ADMIN_PORT": "off",
        "KEY": key.with_suffix(".pub").read_text().strip()})
    check("status: done" in done.out, f"{done}\n{said(m)}")
    eq(m.ok(LISTENS).split(), ["22"], "what listens")
    m.power("poweroff")


def check_another_hash(t, key, deb):
    """cloud-init says that it failed; sshd is where it was."""
    m, done = start(t, "hash", deb, {
        "SHA256": "0" * 64,
        "KEY": key.with_suffix(".pub").read_text().strip()})
    check("status: error" in done.out, f"{done}\n{said(m)}")
    check("Hash Sum mismatch" in said(m), said(m))
    eq(m.ok(LISTENS).split(), ["22"], "what listens")
    m.ok("! command -v et-sshd; systemctl is-active ssh")
    m.power("poweroff")


def check_page(t, m):
    """Its commands, as they stand there: in the tree, and on the instance."""
    schema, status = [text for _, text in blocks("contrib/ec2/README.md")]
    t.run(["sh", "-c", f"cd {SRCDIR}; {schema}"], check_=True)
    check("status: done" in m.ok(status), "what the page says of it")


def test(t):
    for program in ("cloud-init", "sshd"):
        if shutil.which(program, path="/usr/sbin:/usr/bin") is None:
            raise Skip(f"no {program} (contrib/packages.sh test)")
    key = t.dir / "alice"
    t.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key],
          check_=True)
    deb = package(t)
    check_default(t, key, deb)
    if LONG:
        check_another_hash(t, key, deb)
        check_stays(t, key, deb)
        check_off(t, key, deb)


run(test, limit=1800 if LONG else 300)
