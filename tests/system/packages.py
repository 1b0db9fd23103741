"""The Debian packages of this tree, made once for all tests of a build."""
import fcntl
import hashlib
import os
import shutil
import time

from machine import SRCDIR, Skip
from harness.case import BUILDDIR

LONG = "ETPH_LONG" in os.environ
SERVER, CLIENT = "et-phone-home-server", "et-phone-home"
SLOW = 1800 if LONG else 900    # s for a build on a busy machine
SOURCES = (".c", ".h", ".in", ".sql", ".sh")
DAY = 86400     # s
KEPT = BUILDDIR / "tests/system/packages"


def need_tools():
    for program in ("dh", "lintian", "dpkg-buildpackage"):
        if shutil.which(program) is None:
            raise Skip(f"no {program} (contrib/packages.sh package)")


def environment(**more):
    """Of build.sh: nothing of the make that started the test.  What takes a
    minute of optimising is left to the long form."""
    env = {k: v for k, v in os.environ.items()
           if k not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}
    if not LONG:
        env["DEB_BUILD_OPTIONS"] = "noopt"
    return {**env, **more}


def build(t, folder):
    """Into a folder that is not there; returns the packages by their names."""
    t.run([SRCDIR / "contrib/debian/build.sh", folder], timeout=SLOW,
          check_=True, env=environment())
    return by_name(folder)


def by_name(folder):
    return {d.name.split("_")[0]: d for d in folder.glob("*.deb")}


def commit(t):
    """What the packages are of, for build.sh takes the last commit."""
    done = t.run(["git", "-c", f"safe.directory={SRCDIR}", "-C", SRCDIR,
                  "rev-parse", "HEAD"])
    if done.code == 0:
        return done.out.strip()
    text = "".join(sorted(f"{p} {p.stat().st_mtime_ns}\n" for p in
                          SRCDIR.rglob("*") if p.suffix in SOURCES))
    return hashlib.sha256(text.encode()).hexdigest()


def remove_old():
    """What no test that runs has, and what was left half made."""
    for old in KEPT.iterdir():
        if old.is_dir() and (old.name == "new" or time.time() -
                             old.stat().st_mtime > DAY):
            shutil.rmtree(old)


def packages(t):
    """(folder, packages by their names); who comes first makes them."""
    need_tools()
    KEPT.mkdir(parents=True, exist_ok=True)
    folder = KEPT / (commit(t) + ("" if LONG else "-noopt"))
    with open(KEPT / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            remove_old()
            made = KEPT / "new"
            build(t, made)
            made.rename(folder)
    return folder, by_name(folder)
