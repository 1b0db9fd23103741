"""With ETPH_STORE=postgresql each server's store is a database of PostgreSQL,
made as an owner makes it: by what et-admin store init prints."""
import fcntl
import os
import re
import shutil

from .case import BUILDDIR
from .postgres import ROLE, Postgres

READER = f"{ROLE}-reader"
TEMPLATE = BUILDDIR / "tests" / "regress" / "postgres-data"


def wanted():
    return os.environ.get("ETPH_STORE") == "postgresql"


class Copied(Postgres):
    """Its data is a copy of what initdb has made once: started in an instant."""

    def initdb(self):
        TEMPLATE.parent.mkdir(parents=True, exist_ok=True)
        with open(f"{TEMPLATE}.lock", "w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not TEMPLATE.exists():
                super().initdb()
                shutil.rmtree(f"{TEMPLATE}.part", ignore_errors=True)
                self.copy(self.data, f"{TEMPLATE}.part")
                os.rename(f"{TEMPLATE}.part", TEMPLATE)
                return
        self.copy(TEMPLATE, self.data)

    def copy(self, data, to):
        """With its owner, as the test's own user is root or that owner."""
        self.case.run(["cp", "-a", data, to]).ok()


def postgres(case):
    """The one of this test."""
    if not hasattr(case, "postgres"):
        case.postgres = Copied(case)
    return case.postgres


class Database:
    """Of one server, whose configuration names it already."""

    def __init__(self, case, label):
        self.case = case
        self.pg = postgres(case)
        self.name = re.sub("[^a-z0-9]", "_", f"etph_{label}".lower())
        self.url = self.pg.url(self.name)

    def make(self, server):
        script = server.dir / "init.sql"
        script.write_text(server.admin("store", "init").ok().out)
        script.chmod(0o644)
        # The roles are there from the second server on.
        self.pg.tool("psql", "-X", "-q", "-h", self.pg.dir, "-p",
                     str(self.pg.port), "-U", "postgres", "-d", "postgres",
                     "-f", script).ok()

    def rows(self, sql, args=()):
        """What the statement returns; ? stands for each of the args."""
        parts = sql.split("?")
        text = parts[0] + "".join(quoted(value) + part
                                  for value, part in zip(args, parts[1:]))
        out = self.pg.psql(re.sub(r"x'([0-9a-f]*)'", r"'\\x\1'", text),
                           self.name)
        return [tuple(number(cell) for cell in line.split("|"))
                for line in out.splitlines()]


def quoted(value):
    if isinstance(value, bytes):
        return f"'\\x{value.hex()}'"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return "NULL" if value is None else str(value)


def number(cell):
    return int(cell) if re.fullmatch(r"-?\d+", cell) else cell
