#!/usr/bin/python3
"""contrib/debian/libssh.sh, with apt replaced: it asks the mirror that apt uses
for sid's source, signed by Debian's archive, in a state of its own; where there
is none, it says so, installs nothing and leaves nothing."""
import os
import re

from harness import check, eq, run
from harness.case import SRCDIR

SCRIPT = SRCDIR / "contrib" / "debian" / "libssh.sh"
MIRROR = "http://mirror.invalid/debian/"

# In apt's and dpkg's place.  Each call is a line in $CALLS.
APT = """#!/bin/sh
echo "${0##*/} $*" >>"$CALLS"
case "$*" in
*indextargets*)	[ -z "$MIRROR" ] || echo "$MIRROR" ;;
*"Dir::State=/"*update)
	list=${*#*Dir::Etc::SourceList=}
	cat "${list%% *}" >>"$CALLS"
	exit "$UPDATE" ;;
*showsrc*)
	printf 'Package: libssh\\nVersion: %s\\n' $SID ;;
*source*)	echo "the archive is gone" >&2; exit 100 ;;
esac
"""


class Fake:
    def __init__(self, t):
        self.t, self.bin, self.tmp = t, t.dir / "bin", t.dir / "tmp"
        self.calls = t.dir / "calls"
        self.bin.mkdir()
        self.tmp.mkdir()
        for name in ("apt-get", "apt-cache", "apt-mark"):
            (self.bin / name).write_text(APT)
            (self.bin / name).chmod(0o755)

    def run(self, *words, update=0, sid="0.12.3-1", mirror=MIRROR):
        self.calls.write_text("")
        done = self.t.run([SCRIPT, *words], env={
            "PATH": f"{self.bin}:{os.environ['PATH']}", "TMPDIR": self.tmp,
            "CALLS": self.calls, "UPDATE": str(update), "SID": sid,
            "MIRROR": mirror})
        eq(os.listdir(self.tmp), [], "what it leaves")
        for line in self.calls.read_text().splitlines():
            check("install" not in line and "build-dep" not in line, line)
        return done


def test(t):
    fake = Fake(t)
    for words in (("--what",), ("--build-only",), ("a", "b"), ("x",)):
        done = fake.run(*words)
        eq((done.code, done.out), (2, ""), f"{words}: status")
        check(done.err.startswith("usage: libssh.sh"), done.err)
    done = fake.run("--help").ok()
    for word in ("--build-only FOLDER", "apt-get remove et-phone-home-libssh"):
        check(word in done.out, f"--help: {word}")
    eq(fake.calls.read_text(), "", "calls of --help")

    out = t.dir / "out"
    build = ("--build-only", out)
    done = fake.run(*build, update=100)
    eq(done.code, 3, f"no sid there: {done}")
    check("nothing is installed" in done.err, done.err)
    said = fake.calls.read_text()
    check(re.search(r"^deb-src \[signed-by=/usr/share/keyrings/debian-archive-"
                    rf"keyring\.gpg\] {MIRROR} sid main$", said, re.M), said)
    for line in said.splitlines():
        if line.endswith(" update") and "Dir::State=/" in line:
            check("AllowInsecureRepositories=false" in line and
                  "Dir::Etc::SourceParts=/dev/null" in line and
                  "Dir::Etc::PreferencesParts=/dev/null" in line and
                  str(fake.tmp) in line, line)
    done = fake.run(*build, sid="0.11.5-1")
    eq((done.code, "0.12.2 or later" in done.err), (3, True), f"old: {done}")
    done = fake.run(*build)
    eq((done.code, "the archive is gone" in done.err), (3, True), f"{done}")
    check("libssh=0.12.3-1" in fake.calls.read_text(), "the version asked for")
    done = fake.run(*build, sid="0.12.9-1 0.12.10-1")
    check("libssh=0.12.10-1" in fake.calls.read_text(), "the newest")
    done = fake.run(*build, mirror="")
    eq((done.code, "no mirror of Debian" in done.err), (3, True), f"{done}")
    eq(os.listdir(out), [], "what is in the folder")


run(test)
