#!/usr/bin/python3
"""The Debian packages: what contrib/debian/build.sh makes is clean, and all of one
version; installed, the server serves and knows nobody; removing stops it; an
upgrade keeps all and restarts once, and who was cut is back; a downgrade is
refused; purging leaves nothing.  With ETPH_LONG: built twice, the same bytes;
and all of it once more on roots of Debian 12 and 13."""
import hashlib
import json
import os
import platform
import re
import shutil

from machine import SRCDIR, Machine, Skip, check, eq, eventually, run
from packages import CLIENT, LONG, SERVER, SLOW, build, packages

KEYS = "/etc/et-phone-home/ssh_host_*_key"
# What a purge leaves: dpkg's and systemd's own notes, and the system users.
NOT_OURS = re.compile(
    r"/(var/lib/(dpkg|systemd|logrotate|apt)|var/log/(journal|apt)|"
    r"var/log/(dpkg|alternatives)\.log|var/cache/(man|ldconfig|debconf|apt)|"
    r"etc/((passwd|group|shadow|gshadow|subuid|subgid)-?|\.pwd\.lock|"
    r"ld\.so\.cache))(/|$)")
TIMER = "et-phone-home-backup.timer"


def archives(t, suite):
    """Those that this machine's apt has, as (its name, URI): the
    release itself is first, its security updates are among them."""
    found = {}
    for line in t.run(["apt-get", "indextargets", "--format",
                       "$(REPO_URI) $(RELEASE)"]).out.splitlines():
        uri, name = line.split()
        end = re.fullmatch(r"[a-z]+(-security|-updates)?", name)
        if end and "/debian" in uri:
            found[suite + (end[1] or "")] = uri
    if suite not in found:
        raise Skip("apt knows no mirror of Debian")
    return sorted((name, uri) for name, uri in found.items())


def release():
    """Of the Debian that the packages are built on."""
    return int(platform.freedesktop_os_release().get("VERSION_ID", 0))


def hashes(folder):
    return {f.name: hashlib.sha256(f.read_bytes()).hexdigest()
            for f in folder.iterdir()}


def another(t, deb, version):
    """The same package, of another version."""
    made = t.dir / f"{deb.name.split('_')[0]}-{version}.deb"
    if made.exists():
        return made
    tree = t.dir / f"{deb.name}-{version}"
    t.run(["dpkg-deb", "-R", deb, tree], check_=True)
    control = tree / "DEBIAN/control"
    control.write_text(re.sub(r"(?m)^Version: .*", f"Version: {version}",
                              control.read_text()))
    t.run(["dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "-b", tree,
           made], check_=True)
    return made


def check_clean(t, debs):
    t.run(["lintian", "--fail-on", "error,warning", "--allow-root",
           *debs.values()], timeout=SLOW, check_=True)


def check_sbom(folder, debs):
    """Its shape is SPDX 2.3's, and it is of these files."""
    one = json.loads(next(folder.glob("*.spdx.json")).read_text())
    eq((one["spdxVersion"], one["dataLicense"], one["SPDXID"]),
       ("SPDX-2.3", "CC0-1.0", "SPDXRef-DOCUMENT"), "the document")
    check(re.fullmatch(r"https://\S+", one["documentNamespace"]), "namespace")
    check(re.fullmatch(r"\d{4}(-\d\d){2}T\d\d:\d\d:\d\dZ",
                       one["creationInfo"]["created"]), "created")
    check(one["name"] and one["creationInfo"]["creators"], "name, creators")
    ids = {p["SPDXID"]: p["name"] for p in one["packages"]}
    eq(len(ids), len(one["packages"]), "ids, each once")
    for p in one["packages"]:
        check(re.fullmatch(r"SPDXRef-[A-Za-z0-9.-]+", p["SPDXID"]), p)
        check(p["name"] and p["versionInfo"] and p["downloadLocation"], p)
    told = {p["packageFileName"]: p["checksums"][0]["checksumValue"]
            for p in one["packages"] if "checksums" in p}
    found = hashes(folder)
    eq(told, {d.name: found[d.name] for d in debs.values()}, "checksums")
    links = {}
    for r in one["relationships"]:
        check(r["spdxElementId"] in ids | {one["SPDXID"]: ""}, r)
        links.setdefault(r["relationshipType"], set()).add(
            ids[r["relatedSpdxElement"]])
    eq(links["DESCRIBES"], {SERVER, CLIENT}, "what it describes")
    check({"libssh-4", "libc6", "libsqlite3-0"} <= links["DYNAMIC_LINK"] and
          links["STATIC_LINK"] == {"uthash-dev"}, f"libraries: {links}")


class Server:
    """A machine with the server's package on it."""

    def __init__(self, machine):
        self.m = machine

    def dpkg(self, verb, what, status=0):
        if verb == "-i":
            shutil.copy(what, self.m.root / "root/package.deb")
            what = "/root/package.deb"
        done = self.m.run("dpkg", verb, what, timeout=300)
        eq(done.code, status, f"dpkg {verb} {what}: {done}")
        return done

    def admin(self, *words):
        out = self.m.run("et-admin", "--json", *words).ok().out
        return [json.loads(line) for line in out.splitlines()]

    def events(self, *names):
        out = self.m.ok("journalctl -u et-sshd -o cat --no-pager")
        found = [json.loads(line) for line in out.splitlines()
                 if line.startswith("{")]
        return [e for e in found if e["event"] in names]

    def state(self):
        return self.m.ok("systemctl is-active et-sshd || :").strip()

    def pid(self):
        return self.m.ok("systemctl show -P MainPID et-sshd")


def paths(m):
    """What the machine has and its base has not."""
    upper = m.place / "upper"
    found = set()
    for folder, folders, names in os.walk(upper):
        at = "/" + os.path.relpath(folder, upper)
        found.update(os.path.normpath(os.path.join(at, n))
                     for n in folders + names)
    return {p for p in found if not NOT_OURS.match(p) and
            os.path.lexists(f"{m.root}{p}") and
            not os.path.lexists(f"{m.base}{p}")}


def check_fresh(s, version):
    """It serves, has its own host keys, and knows nobody."""
    eq(s.state(), "active", "et-sshd")
    eq(s.m.ok("systemctl is-enabled et-sshd").strip(), "enabled", "et-sshd")
    eq(s.m.ok(f"systemctl is-enabled {TIMER} || :; "
              f"systemctl is-active {TIMER} || :"), "disabled\ninactive\n",
       TIMER)
    eq(s.m.ok("systemctl is-active et-admin.socket").strip(), "active",
       "the socket for the admin group")
    eq(s.m.ok("stat -c '%U %G %a' /run/et-admin.sock").strip(),
       "root et-phone-home-admin 660", "whose it is")
    # A node's status is in the store some time after it serves.
    eventually(lambda: [n["status"] and n["status"]["version"] for n in
                        s.admin("status")[0]["nodes"]] == [version],
               what=f"status says {version}")
    for noun in ("device", "operator", "token", "permit", "forward"):
        eq(s.admin(noun, "list"), [], f"{noun} list")
    eq(s.m.ok(f"stat -c '%a %U %n' {KEYS}").split(),
       ["600", "root", "/etc/et-phone-home/ssh_host_ed25519_key",
        "600", "root", "/etc/et-phone-home/ssh_host_rsa_key"], "host keys")
    eq([e["version"] for e in s.events("start")], [version], "starts")
    for program, text in (("et-sshd", f"et-phone-home {version}\n"),
                          ("et-admin", f"et-admin {version}\n")):
        eq(s.m.ok(f"{program} --version"), text, program)


def add_device(s, client, version):
    """The client's package does nothing until the device is enrolled by the
    line that the server prints; then its program stays the package's."""
    s.dpkg("-i", client)
    eq(s.m.ok("systemctl is-active et-phone-home || :").strip(), "inactive",
       "a client without settings")
    eq(s.m.ok("et-phone-home --version"), f"et-phone-home {version}\n",
       "the client")
    runs = s.pid()
    row = s.admin("setup", "--yes", "--server", "localhost:2222")[-1]
    eq(s.pid(), runs, "the server that setup found running")
    s.m.run("env", "ET_ID=roof", "ET_CLIENT=ssh", "sh", "-c", row["openssh"],
            timeout=60).ok()
    s.m.ok(f"dpkg --verify {CLIENT}; ! test -e "
           "/etc/systemd/system/et-phone-home.service")
    s.m.set_client("mode = wait", "interval = 4")
    back(s, 0)
    eq({e["health"]["v"] for e in s.events("heartbeat")
        if "v" in e.get("health", {})}, {version.replace("~", "-")},
       "the client's version in its health")


def holds(s):
    """How often the device has begun to hold a connection."""
    return len([e for e in s.events("heartbeat") if e.get("waits")])


def back(s, times):
    """It has done so again."""
    eventually(lambda: holds(s) > times, what="the device holds a connection",
               every=0.2)


def kept(s):
    """What an upgrade must keep."""
    return (s.m.ok(f"sha256sum {KEYS} /etc/et-phone-home/et-sshd.conf"),
            [d["device"] for d in s.admin("device", "list")])


def upgrade(t, s, server, client, version):
    """It restarts once; who held a connection is told of, and is back."""
    m = s.m
    newer = another(t, server, f"{version}+1")
    m.ok("echo 'redeliver = 91' >>/etc/et-phone-home/et-sshd.conf")
    before, times = kept(s), holds(s)
    s.dpkg("-i", newer)
    eq(s.state(), "active", "after the upgrade")
    eq(len(s.events("start")), 2, "starts, and one before it")
    eq([e["reason"] for e in s.events("stop")], ["Terminated"], "stops")
    eq(kept(s), before, "keys, settings and devices")
    eq([e["reason"] for e in s.events("session.close")
        if e.get("device") == "roof"][-1], "server stopped", "why the device was cut")
    back(s, times)
    # The client goes on as it is, and says so.
    runs = m.ok("systemctl show -P MainPID et-phone-home")
    done = s.dpkg("-i", another(t, client, f"{version}+1"))
    check("systemctl restart et-phone-home" in done.out, done.out)
    eq(m.ok("systemctl show -P MainPID et-phone-home"), runs, "the client")
    # Back to the version before: refused, with nobody cut.
    pid = s.pid()
    done = s.dpkg("-i", server, status=1)
    check(f"{version} is older than {version}+1" in done.err, done.err)
    eq(s.pid(), pid, "the server that runs")
    eq(m.ok(f"dpkg-query -W -f '${{db:Status-Status}} ${{Version}}' {SERVER}"),
       f"installed {version}+1", "what is installed")
    eq(kept(s), before, "keys, settings and devices after the refusal")
    return newer


def remove(s, server, newer):
    """Removed it is not there, but for its store; a purge leaves nothing."""
    m = s.m
    before = kept(s)
    m.ok(f"systemctl enable --now {TIMER}")
    s.dpkg("-r", SERVER)
    eq(s.state(), "inactive", "removed")
    eq(m.ok(f"systemctl is-active {TIMER} || :"), "inactive\n", TIMER)
    s.m.ok("test ! -e /run/et-admin.sock")
    m.ok("! command -v et-sshd")
    s.dpkg("-i", server, status=1)      # older than what its store is of
    s.dpkg("-i", newer)
    eq(s.state(), "active", "installed again")
    eq(kept(s), before, "keys, settings and devices")
    s.dpkg("-P", SERVER)
    m.ok("test -s /etc/et-phone-home/id_ssh; et-phone-home status")
    s.dpkg("-P", CLIENT)


def life(t, m, debs, version):
    s = Server(m)
    # A container's own: keeps packages from starting what they install.
    (m.root / "usr/sbin/policy-rc.d").unlink(missing_ok=True)
    m.boot()
    before = paths(m)
    s.dpkg("-i", debs[SERVER])
    check_fresh(s, version)
    add_device(s, debs[CLIENT], version)
    newer = upgrade(t, s, debs[SERVER], debs[CLIENT], version)
    remove(s, debs[SERVER], newer)
    (m.root / "root/package.deb").unlink()
    eq(sorted(paths(m) - before), [], "what the purges left")
    m.power("poweroff")


def on_another(t, debs, version, suite):
    """The packages that were built here, on a root of that Debian alone."""
    base = t.dir / f"{suite}-root"
    known = archives(t, suite)
    done = t.run(["debootstrap", "--variant=minbase", "--include=systemd,"
                  "systemd-sysv,dbus,openssh-client,procps", suite, base,
                  known[0][1]], timeout=SLOW)
    if done.code != 0:
        print(f"not on {suite}: debootstrap: {done.out[-400:]}")
        return
    (base / "etc/hosts").write_text("127.0.0.1 localhost\n")
    # A libssh without its security update is one that the server refuses.
    (base / "etc/apt/sources.list").write_text("".join(
        f"deb {uri} {name} main\n" for name, uri in known))
    t.run(["chroot", base, "apt-get", "update"], timeout=SLOW, check_=True)
    depends = t.run(["dpkg-deb", "-f", debs[SERVER], "Depends"]).ok().out
    t.run(["chroot", base, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get",
           "-y", "--no-install-recommends", "satisfy", depends.strip()],
          timeout=SLOW, check_=True)
    life(t, Machine(t, suite, base), debs, version)


def test(t):
    if os.geteuid() != 0:
        raise Skip("not root")
    machine = Machine(t, "server")
    folder, debs = packages(t)
    version = t.run([SRCDIR / "contrib/version.sh"]).ok().out.strip()
    eq(sorted(debs), [CLIENT, SERVER], "packages")
    for deb in debs.values():
        eq(t.run(["dpkg-deb", "-f", deb, "Version"]).ok().out.strip(),
           version, deb.name)
    check_clean(t, debs)
    check_sbom(folder, debs)
    life(t, machine, debs, version)
    if LONG:
        for number, suite in ((12, "bookworm"), (13, "trixie")):
            if number >= release():     # an older one has older libraries
                on_another(t, debs, version, suite)
        build(t, t.dir / "second")
        eq(hashes(t.dir / "second"), hashes(folder), "built twice")


run(test, limit=3000 if LONG else 1200)
