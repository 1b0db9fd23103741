#!/usr/bin/python3
"""Each man page renders at 80 columns, without a warning, a line that is too
long or an argument that mdoc made up."""
import shutil

from harness import Skip, check, eq, run
from harness.case import SRCDIR

INVENTED = "file ..."           # of an Ar without its argument


def plain(text):
    """Without what backspaces make bold or underlined."""
    out = []
    for c in text:
        if c == chr(8):
            out.pop()
        else:
            out.append(c)
    return "".join(out)


def test(t):
    if shutil.which("mandoc") is None:
        raise Skip("no mandoc")
    pages = [page for folder in ("admin", "sshd", "device")
             for page in sorted((SRCDIR / folder).glob("*.[1-8]"))]
    check(len(pages) >= 3, f"pages: {pages}")
    for page in pages:
        lint = t.run(["mandoc", "-T", "lint", "-W", "warning", page])
        eq(lint.out, "", page.name)
        text = t.run(["mandoc", "-T", "utf8", "-O", "width=80", page]).ok().out
        for line in plain(text).splitlines():
            check(len(line) <= 80, f"{page.name}: too long: {line}")
            check(INVENTED not in line, f"{page.name}: {line}")


run(test)
