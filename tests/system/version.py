#!/usr/bin/python3
"""contrib/version.sh: the version of a tag, of what comes after it, of no tag and
of a tarball, each of which dpkg sorts after the one before; and what is built has
the version that configure has."""
import re
import shutil

from machine import SRCDIR, Skip, check, eq, run
from harness.case import BUILDDIR

GIT = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com"]


class Tree:
    """A repository with nothing in it but commits and the script."""

    def __init__(self, t):
        self.t, self.path = t, t.dir / "tree"
        (self.path / "contrib").mkdir(parents=True)
        shutil.copy(SRCDIR / "contrib/version.sh", self.path / "contrib")
        self.git("init", "-q")

    def git(self, *words):
        self.t.run([*GIT, "-C", self.path, *words], check_=True)

    def commit(self, tag=None):
        self.git("commit", "-q", "--allow-empty", "-m", "c")
        if tag:
            self.git("tag", tag)
        return self.version()

    def version(self):
        return self.t.run([self.path / "contrib/version.sh"],
                          check_=True).out


def of_tags(t):
    tree = Tree(t)
    got = [tree.commit() for _ in range(10)]
    got += [tree.commit(tag) for tag in ("v2.0-rc1", None, "2.0-rc2",
                                         "v2.0", None, "v2.0.1")]
    hashed = [re.sub(r"\bg[0-9a-f]{7}\b", "gHASH", v) for v in got]
    eq(hashed, [f"2.0~dev.{n}.gHASH\n" for n in range(1, 11)] + [
        "2.0~rc1\n", "2.0~rc1+1.gHASH\n", "2.0~rc2\n", "2.0\n",
        "2.0+1.gHASH\n", "2.0.1\n"], "versions")
    for before, after in zip(got, got[1:]):
        t.run(["dpkg", "--compare-versions", before.strip(), "lt",
               after.strip()], check_=True)
    (tree.path / ".tarball-version").write_text("2.0~rc7\n")
    eq(tree.version(), "2.0~rc7\n", "a tarball's version")
    shutil.rmtree(tree.path / ".git")
    eq(tree.version(), "2.0~rc7\n", "outside git")
    (tree.path / ".tarball-version").unlink()
    eq(tree.version(), "2.0~dev\n", "outside git, without one")


def of_what_is_built(t):
    version = re.search(r'#define PACKAGE_VERSION "(.*)"', (
        BUILDDIR / "config.h").read_text())[1]
    eq(t.run([BUILDDIR / "sshd/et-sshd", "--version"]).ok().out,
       f"et-phone-home {version}\n", "et-sshd --version")
    eq(t.run([BUILDDIR / "admin/et-admin", "--version"]).ok().out,
       f"et-admin {version}\n", "et-admin --version")
    installer = (BUILDDIR / "device/install.sh").read_text()
    eq(re.findall(r"^version=(.*)$", installer, re.M), [version],
       "the client in install.sh")
    # As the client says it in a poll, where ~ cannot stand.
    client = t.dir / "client"
    client.write_text(re.sub(r"(?m)^version=.*$", "version=2.0~rc1",
                             (SRCDIR / "device/et-phone-home").read_text()))
    done = t.run(["sh", "-c", ". $0; health='' total=''; slow_health; echo $health",
                  client], env={"ET_SOURCED": "1", "PATH": "/usr/bin:/bin"})
    check("v=2.0-rc1" in done.ok().out.split(), f"the health field: {done}")


def test(t):
    for program in ("git", "dpkg"):
        if shutil.which(program) is None:
            raise Skip(f"no {program}")
    of_tags(t)
    of_what_is_built(t)


run(test)
