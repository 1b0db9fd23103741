#!/usr/bin/python3
"""make install has an example with the folders of the build; make uninstall
takes away every folder of its own.  A tree that was configured in its own place
is built in another."""
import os
import shutil

from harness import check, eq, run
from harness.case import BUILDDIR, SRCDIR

ENV = {k: v for k, v in os.environ.items()
       if k not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}


def make(t, *words):
    return t.run(["make", "-s", "-C", BUILDDIR, *words], timeout=120,
                 env=ENV).ok()


def installs(t):
    root = t.dir / "root"
    make(t, "install", f"DESTDIR={root}")
    example, = root.rglob("examples/et-sshd.conf")
    data, = root.rglob("install.sh")
    check(f'"/{data.relative_to(root)}"' in example.read_text(),
          f"installer in {example}")
    make(t, "uninstall", f"DESTDIR={root}")
    eq([str(p) for p in root.rglob("*")
        if "et-phone-home" in p.name or not p.is_dir()], [], "what is left")


def builds_elsewhere(t):
    """The way of quickstart.sh: a clone with a config.status in it."""
    tree = t.dir / "tree"
    shutil.copytree(SRCDIR, tree, ignore=shutil.ignore_patterns(
        ".git", "build-[!a]*", "autom4te.cache", "*.o"))
    env = {**ENV, "CFLAGS": "-O0"}
    t.run(["sh", "-c", f"cd {tree} && ./configure"], timeout=120, env=env).ok()
    # As far as configure: the rest is what every build does.
    (t.dir / "bin").mkdir()
    stub = t.dir / "bin" / "make"
    stub.write_text('#!/bin/sh\ncase $* in\n*distclean*) exec /usr/bin/make '
                    '"$@" ;;\nesac\n')
    stub.chmod(0o755)
    env["PATH"] = f"{t.dir}/bin:{env['PATH']}"
    folder = tree / "build-quickstart"
    t.run([tree / "contrib/build.sh", folder], timeout=120, env=env).ok()
    check((folder / "config.status").exists(), "it is configured there")


def test(t):
    installs(t)
    if (SRCDIR / "configure").exists():
        builds_elsewhere(t)


run(test)
