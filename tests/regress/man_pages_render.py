#!/usr/bin/python3
"""Each man page renders at 80 columns, by mandoc and by groff, without a
warning, a line that is too long, an example that is broken or an argument that
mdoc made up."""
import html.parser
import shutil

from harness import Skip, check, eq, run
from harness.case import SRCDIR

INVENTED = "file ..."           # of an Ar without its argument
# Every warning but of lines that are filled badly; no bold or underlining.
GROFF = ["groff", "-mdoc", "-T", "utf8", "-P-cbou", "-rLL=80n", "-ww",
         "-W", "break"]


def plain(text):
    """Without what backspaces make bold or underlined."""
    out = []
    for c in text:
        if c == chr(8):
            out.pop()
        else:
            out.append(c)
    return "".join(out)


def words(text):
    """Each line, with one blank between its words and ASCII's signs."""
    for sign, ascii in ("\N{HYPHEN}-", "\N{RIGHT SINGLE QUOTATION MARK}'"):
        text = text.replace(sign, ascii)
    return [" ".join(line.split()) for line in text.splitlines()]


class Displays(html.parser.HTMLParser):
    """The lines of a page's displays, as they are before they are laid out."""

    def __init__(self, text):
        super().__init__()
        self.depth, self.literal, self.text = 0, False, []
        self.feed(text)
        self.lines = [line for line in words("".join(self.text)) if line]

    def handle_starttag(self, tag, attrs):
        if self.depth or "Bd" in (dict(attrs).get("class") or "").split():
            self.depth += tag == "div"
            self.literal = self.literal or tag == "pre"

    def handle_endtag(self, tag):
        if self.depth and tag == "div":
            self.depth -= 1
            self.text.append("\n")
        self.literal = self.literal and tag != "pre"

    def handle_data(self, data):
        if self.depth:
            self.text.append(data if self.literal else data.replace("\n", " "))


def looks_well(name, text, displays):
    lines = words(text)
    for line in text.splitlines():
        check(len(line) <= 80, f"{name}: too long: {line}")
        check(INVENTED not in line, f"{name}: {line}")
    for line in displays:
        check(line in lines, f"{name}: broken: {line}")


def test(t):
    if shutil.which("mandoc") is None:
        raise Skip("no mandoc")
    pages = [page for folder in ("admin", "sshd", "device")
             for page in sorted((SRCDIR / folder).glob("*.[1-8]"))]
    check(len(pages) >= 3, f"pages: {pages}")
    seen = 0
    for page in pages:
        lint = t.run(["mandoc", "-T", "lint", "-W", "warning", page])
        eq(lint.out, "", page.name)
        displays = Displays(t.run(["mandoc", "-T", "html", page]).ok().out)
        seen += len(displays.lines)
        text = t.run(["mandoc", "-T", "utf8", "-O", "width=80", page]).ok().out
        looks_well(f"{page.name}, mandoc", plain(text), displays.lines)
        if shutil.which("groff"):
            done = t.run([*GROFF, page]).ok()
            eq(done.err, "", f"{page.name}, groff")
            looks_well(f"{page.name}, groff", done.out, displays.lines)
    check(seen > 10, f"lines of examples: {seen}")


run(test)
