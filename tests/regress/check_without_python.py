#!/usr/bin/python3
"""make check on a machine with nothing but what a build needs: a test that
lacks python3, one of its modules or a client is skipped, and says what for;
each test in Python there is."""
import os

from harness import Skip, check, eq, run
from harness.case import BUILDDIR, SRCDIR

TEST = SRCDIR / "tests/regress/garbage_version.py"
EACH = """mount --bind /dev/null "$0" || exit
for test in $TESTS; do
	"$@" "$test" >/dev/null 2>&1
	echo "$? $test"
done
"""


def told(t, variable):
    """A variable of make check's, in words."""
    done = t.run(["make", "-s", "-C", BUILDDIR, "--eval",
                  f"told: ; @echo $({variable})", "told"],
                 env={k: v for k, v in os.environ.items()
                      if k not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}).ok()
    return done.out.split()


def each(t, words, hidden):
    """All of those in Python are skipped, of whatever folder."""
    tests = [name for name in told(t, "TESTS") if name.endswith(".py")]
    for folder in ("regress", "device", "system"):
        check(any(f"tests/{folder}/" in name for name in tests), folder)
    done = t.run(["unshare", "-m", "sh", "-c", EACH, hidden, *words],
                 env={**os.environ, "TESTS": " ".join(tests)}).ok()
    eq([line for line in done.out.splitlines() if not line.startswith("77 ")],
       [], "tests that are not skipped")
    eq(len(done.out.splitlines()), len(tests), "tests")


def test(t):
    if t.run(["unshare", "-m", "true"]).code != 0:
        raise Skip("no mount namespace")
    words = [BUILDDIR / word for word in told(t, "LOG_COMPILE")]
    each(t, words, os.path.realpath("/usr/bin/python3"))
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
