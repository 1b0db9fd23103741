"""What the pages of the tree tell a reader to type."""
import re

from machine import CONFDIR, SRCDIR, STATEDIR, eq

BUILT = "et-admin setup"         # what is before it builds and installs
SERVER = "server.example"        # what it is told
ANSWERS = (("reach this server", SERVER), ("Port [2222]: ", ""),
           ("first operator (Enter: none): ", ""))


def blocks(page):
    """Each block of a page, as (its heading, its lines joined where they go
    on)."""
    heading, found, lines = "", [], None
    for line in (SRCDIR / page).read_text().splitlines():
        fence = line.strip().startswith("```")
        if fence and lines is None:
            lines = []
        elif fence:
            found.append((heading, "\n".join(lines)))
            lines = None
        elif lines is not None:
            lines.append(line.strip())
        elif line.startswith("#"):
            heading = line.lstrip("# ")
    return [(h, re.sub(r" \\\n", " ", text)) for h, text in found]


def commands(text):
    """The lines of a block without comments, as root types them here."""
    for line in text.splitlines():
        line = re.sub(r"\s+# .*", "", line).strip()
        line = line.replace("sudo ", "").replace("/etc/et-phone-home",
                                                 str(CONFDIR))
        line = line.replace("/var/lib/et-phone-home", str(STATEDIR))
        if line and not line.startswith("#"):
            yield line


def serve(machine):
    """The way to a server from a clone, after make install.  Returns what
    setup says."""
    block, = [text for heading, text in blocks("doc/first-server.md")
              if heading == "From a clone"]
    lines = list(commands(block))
    eq(lines[lines.index(BUILT):], [BUILT], "after make install")
    status, said = machine.typed(BUILT, ANSWERS)
    eq(status, 0, f"{said}\n{BUILT}: status")
    return said
