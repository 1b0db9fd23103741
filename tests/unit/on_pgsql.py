#!/usr/bin/python3
"""The store's unit tests once more, on a real PostgreSQL that is started for
them: each program named, or all of them."""
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]
                       / "regress"))
from harness.case import BUILDDIR, CONFIG, Fail, Skip, run      # noqa: E402
from harness.postgres import ROLE, Postgres                     # noqa: E402

PROGRAMS = ("pgsql", "store", "fleet", "history_store", "holder", "token",
            "rotate_ready", "page_api", "group", "store_nodes",
            "keeper_nodes", "keeper_faults")


def test(case):
    if "#define HAVE_POSTGRESQL 1" not in CONFIG.read_text():
        raise Skip("built without PostgreSQL")
    server = Postgres(case)
    server.psql(f"ALTER ROLE {ROLE} CREATEDB")
    env = dict(os.environ, TMPDIR=str(case.dir), ETPH_PGSQL=f"postgresql://"
               f"{ROLE}@127.0.0.1:{server.port}")
    failed = []
    for name in sys.argv[1:] or PROGRAMS:
        done = case.run([BUILDDIR / "tests/unit" / f"test_{name}"], env=env)
        print(f"--- test_{name} on PostgreSQL: status {done.code}")
        if done.code != 0:
            print(done.out + done.err)
            failed.append(name)
    if failed:
        raise Fail(f"on PostgreSQL: {' '.join(failed)}")


run(test)
