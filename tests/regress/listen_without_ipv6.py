#!/usr/bin/python3
"""On a kernel without IPv6 such an address is passed over, with a line, if
another one can be bound; if there is none, the start fails."""
import pathlib
import platform

from harness import Server, Skip, check, eq, run

WITHOUT = ["/usr/bin/python3",
           pathlib.Path(__file__).parent / "harness" / "refuse_inet6.py"]


def test(t):
    if platform.machine() != "x86_64":
        raise Skip("the filter of this test is for x86_64")
    server = Server(t, start=False, listen=["127.0.0.1:0", "[::]:0"])
    t.run([*WITHOUT, *server.command("-t")]).ok()
    server.start(wrap=WITHOUT)
    check("et-sshd: listen [::]:0: Address family not supported by protocol: "
          "address skipped\n" in server.errors(), server.errors())
    server.device().poll().ok()
    server.stop()
    server.set(listen=["[::]:0"])
    for args in ((), ("-t",)):
        done = server.fails(*args, wrap=WITHOUT)
        eq(done.code, 78, f"status of {args}")
    # What an admin's address is for is not given up in silence.
    server.set(listen=["127.0.0.1:0"], operator_listen=["[::1]:0"])
    eq(server.fails(wrap=WITHOUT).code, 78, "status without operator-listen")


run(test)
