#!/usr/bin/python3
"""make check on a machine with nothing but what a build needs: a test that
lacks python3, one of its modules or a client is skipped, and says what for."""
import os

from harness import Skip, check, eq, run
from harness.case import BUILDDIR, SRCDIR

TEST = SRCDIR / "tests/regress/garbage_version.py"


def runner(t):
    """What make check puts before a test's name."""
    done = t.run(["make", "-s", "-C", BUILDDIR, "--eval",
                  "runner: ; @echo $(LOG_COMPILE)", "runner"],
                 env={k: v for k, v in os.environ.items()
                      if k not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}).ok()
    return [BUILDDIR / word for word in done.out.split()]


def test(t):
    if t.run(["unshare", "-m", "true"]).code != 0:
        raise Skip("no mount namespace")
    words = runner(t)
    for hidden, name in ((os.path.realpath("/usr/bin/python3"), "python3"),
                         (os.path.realpath("/usr/bin/dbclient"), "dbclient")):
        done = t.run(["unshare", "-m", "sh", "-c",
                      'mount --bind /dev/null "$0" && exec "$@"', hidden,
                      *words, TEST])
        eq(done.code, 77, f"without {name}: {done}")
        check(f"no {name} (Debian: sudo contrib/packages.sh test)" in done.out,
              f"without {name}: {done}")
    eq(t.run([*words, "false"]).code, 1, "a test that fails")


run(test)
