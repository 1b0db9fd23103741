#!/usr/bin/python3
"""What an owner gets wrong with a store of PostgreSQL is refused at once, and
the error names it and what to do; et-sshd and et-admin say the same."""
from harness import Server, check, eq, run
from harness.postgres import Postgres

ROLE = "et-phone-home"


def said(server, url, *words, start=True):
    """By et-admin, and by et-sshd, which does not wait for a change."""
    server.set(store=url)
    done = server.admin("store", "check")
    eq((done.code, done.out), (1, ""), f"{done}")
    texts = [done.err]
    if start:
        done = server.fails()
        eq(done.code, 1, f"{done}")
        texts.append(done.err)
    for text in texts:
        for word in words:
            check(word in text, f"{word}: {text}")


def passfile(server, text, mode=0o600, own=True):
    path = server.dir / "pgpass"
    path.unlink(missing_ok=True)
    path.write_text(text)
    path.chmod(mode)
    if own:
        server.own(path)
    server.set(store_passfile=str(path))


def passwords(server, url):
    server.set(store=url)
    words = "asks for a password", "store-passfile"
    said(server, url, *words)
    passfile(server, "*:*:*:other:x\n")
    said(server, url, *words)
    passfile(server, f"*:*:*:{ROLE}:right\n", mode=0o644)
    said(server, url, *words, start=False)
    done = server.fails("-t")
    eq(done.code, 78, f"{done}")
    check("others than its owner may use it: chmod 600" in done.err, done)
    passfile(server, f"*:*:*:{ROLE}:wrong\n")
    said(server, url, "password authentication failed", "check role, password")
    passfile(server, f"*:*:*:{ROLE}:right\n")


def test(t):
    pg = Postgres(t)
    pg.psql(f"CREATE ROLE \"{ROLE}\" LOGIN PASSWORD 'right'")
    pg.psql("CREATE DATABASE bare")
    pg.psql("REVOKE CREATE ON SCHEMA public FROM PUBLIC", "bare")
    (pg.data / "pg_hba.conf").write_text(
        "local all all trust\nhost all all all scram-sha-256\n")
    pg.psql("SELECT pg_reload_conf()")
    server = Server(t, start=False, store=pg.url("bare", ROLE))
    passwords(server, pg.url("bare", ROLE))
    said(server, pg.url("none", ROLE), 'database "none" does not exist',
         "et-admin store init")
    server.set(store=pg.url("bare", ROLE))
    done = server.fails()
    check("permission denied for schema public: grant it: et-admin store init"
          in done.err, done)


run(test)
