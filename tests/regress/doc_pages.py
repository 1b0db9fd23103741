#!/usr/bin/python3
"""The pages say what is there: every link of theirs leads to a file of the
tree and to a heading in it, every page is in the index, a test or a message
that they name exists, a limit's default is its option's, the client's man
page has each of its settings and commands, the server's each event and each
field of one, and the stations of a poll and a jump in sshd/README.md are
functions of the files that it names."""
import re

from harness import check, eq, run
from harness.case import SRCDIR
from harness.event_fields import FIELDS

PAGES = [*(SRCDIR / name for name in ("README.md", "CONTRIBUTING.md",
                                      "SECURITY.md")),
         *sorted((SRCDIR / "doc").glob("*.md"))]


def prose(page):
    """The lines that are in no block of commands."""
    within = False
    for line in page.read_text().splitlines():
        if line.strip().startswith("```"):
            within = not within
        elif not within:
            yield line


def anchors(page):
    """Of its headings, as they are made from their words."""
    for line in prose(page):
        if line.startswith("#"):
            text = line.lstrip("# ").lower().replace("`", "")
            yield re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


def links(page):
    text = re.sub(r"`[^`]*`", "", "\n".join(prose(page)))
    return [to for to in re.findall(r"\]\(([^)]+)\)", text)
            if not to.startswith("https://")]


def links_lead(page):
    for to in links(page):
        path, _, anchor = to.partition("#")
        at = (page.parent / path).resolve() if path else page
        check(at.is_relative_to(SRCDIR.resolve()) and at.exists(),
              f"{page.name}: {to}: no such file")
        check(not anchor or anchor in list(anchors(at)),
              f"{page.name}: {to}: no such heading")


def tests_exist(page):
    """A name in backquotes with an underscore, in a table, is a test's."""
    there = {path.stem for path in (SRCDIR / "tests").rglob("*")
             if path.suffix in (".py", ".c")}
    named = set()
    for line in prose(page):
        if line.startswith("|"):
            named |= set(re.findall(r"`([a-z0-9]+_[a-z0-9_]+)`", line))
    check(len(named) > 10, f"{page.name}: tests that it names: {named}")
    eq(sorted(named - there), [], f"{page.name}: tests that are not there")


def options():
    """Each option's default, of the example."""
    text = (SRCDIR / "contrib/et-sshd.conf").read_text()
    return dict(re.findall(r"^#([a-z-]+) = (.*)$", text, re.M))


def limits_hold(page):
    defaults, said = options(), set()
    for line in prose(page):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        option = cells[2].strip("`") if len(cells) == 4 else ""
        if option not in defaults:
            check(option in ("", "option", "---", "--ttl"),
                  f"{page.name}: no option: {option}")
            continue
        said.add(option)
        if re.fullmatch(r"\d+|true", defaults[option]):
            value = re.match(r"[\d,]+|true", cells[1])
            check(value, f"{page.name}: {option}: {cells[1]}")
            eq(value.group().replace(",", ""), defaults[option],
               f"{page.name}: {option}")
    eq(sorted(name for name, value in defaults.items()
              if value.isdigit() and name not in said), ["workers"],
       f"{page.name}: options with a number that it does not have")


def messages_exist():
    """What is in capitals in a picture is a message between processes."""
    there = (SRCDIR / "sshd/common/msg.h").read_text()
    for name in ("poll", "jump"):
        text = (SRCDIR / f"doc/{name}.msc").read_text()
        words = set(re.findall(r"\b[A-Z_]{3,}\b", text)) - {"TCP", "SSH"}
        check(len(words) > 5, f"{name}.msc: {words}")
        for word in words:
            check(f"MSG_{word}," in there, f"{name}.msc: no message {word}")


def client_is_described():
    """Each setting and command of the device's client, in its man page."""
    device = SRCDIR / "device"
    client = (device / "et-phone-home").read_text()
    page = (device / "et-phone-home.8").read_text()
    settings = re.findall(r"^\t([a-z]+)\)", client.split("set_option()")[1]
                          .split("\n}")[0], re.M)
    main = client.split("main()")[1]
    commands = re.search(r"^\t(run\|[a-z|]+)\)", main, re.M).group(1)
    eq(sorted(re.findall(r"^\.It Ic ([a-z]+)$", page, re.M)),
       sorted(settings), "et-phone-home.8: settings")
    eq(sorted(re.findall(r"^\.It Cm ([a-z]+)$", page, re.M)),
       sorted([*commands.split("|"), "reload"]), "et-phone-home.8: commands")
    for name in settings:
        check(f"| `{name}` |" in (device / "README.md").read_text(),
              f"device/README.md: {name}")


def stations_exist():
    """A station is a file and a function of it, in a block that is drawn."""
    text = (SRCDIR / "sshd/README.md").read_text()
    stations = [station for block in re.findall(r"```\n(.*?)```", text, re.S)
                for station in re.findall(r"([a-z_/]+\.c) +(\w+)(?![\w/.])", block)]
    check(len(stations) > 40, f"stations: {stations}")
    for name, function in stations:
        there = [path.read_text() for path in (SRCDIR / "sshd").rglob("*.c")
                 if str(path).endswith("/" + name)]
        check(any(re.search(rf"^{function}\(|\b{function}\[\]", text, re.M)
                  for text in there), f"sshd/README.md: {name}: {function}")


def events_are_described():
    """Each event and each field, in the server's man page, and no other."""
    text = (SRCDIR / "sshd/et-sshd.8").read_text()
    section = text.split("\n.Sh EVENTS\n")[1].split("\n.Sh ")[0]
    always, names, fields = section.split("\n.Bl -tag")
    items = [{word for line in re.findall(r"^\.It Li (.*)$", part, re.M)
              for word in line.split(" , ")} for part in (names, fields)]
    eq(sorted(items[0]), sorted(FIELDS), "et-sshd.8: events")
    listed = items[1] | set(re.findall(r"^\.Li (\w+)", always, re.M))
    of_all = {"ts", "event", "node", "whole", "prev"}
    eq(sorted(listed), sorted(of_all.union(
        field.rstrip("?") for event in FIELDS.values() for field in event)),
       "et-sshd.8: fields of events")


def test(t):
    for page in PAGES:
        links_lead(page)
    index = links(SRCDIR / "doc/README.md")
    for page in PAGES[3:]:
        check(page.name in (*index, "README.md"),
              f"doc/README.md does not have {page.name}")
    for name in ("limits.md", "contracts.md", "threats.md"):
        tests_exist(SRCDIR / "doc" / name)
    limits_hold(SRCDIR / "doc/limits.md")
    messages_exist()
    client_is_described()
    stations_exist()
    events_are_described()


run(test)
