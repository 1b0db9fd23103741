#!/usr/bin/python3
"""Where the sandbox cannot be set up, -t and a start fail with a reason."""
import pathlib
import platform

from harness import Server, Skip, check, eq, run

WITHOUT = pathlib.Path(__file__).parent / "harness" / "refuse_seccomp.py"


def test(t):
    if platform.machine() != "x86_64":
        raise Skip("the filter of this test is for x86_64")
    server = Server(t, start=False)
    t.run(["/usr/bin/python3", WITHOUT, "true"], check_=True)
    for args in (("-t",), ()):
        done = server.fails(*args, wrap=["/usr/bin/python3", WITHOUT])
        eq(done.code, 1, "status")
        check("seccomp" in done.err or "sandbox" in done.err,
              f"a reason: {done.err!r}")
        check("listening" not in done.err, "it does not serve")
    t.run(server.command("-t")).ok()


run(test)
