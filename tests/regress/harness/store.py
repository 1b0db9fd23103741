"""What tests do to a store behind the server's back."""
import base64
import hashlib
import sqlite3
import time


def rows(server, sql, args=()):
    """Run one statement; returns its rows."""
    if server.database:
        return server.database.rows(sql, args)
    db = sqlite3.connect(server.store, timeout=60)
    with db:
        found = db.execute(sql, args).fetchall()
    db.close()
    return found


def set_schema(server, number):
    """Pretend that another version wrote it."""
    if server.database:
        server.database.rows("UPDATE store_schema SET version = ?, oldest = ?",
                             (number, number))
        return
    db = sqlite3.connect(server.store)
    db.execute(f"PRAGMA user_version = {number}")
    db.commit()
    db.close()


def plant_device(server, name, key, alias="", tags=""):
    """A device as a version before wrote it, whatever its name is."""
    blob = base64.b64decode(key.base64)
    (device,), = rows(
        server, "INSERT INTO device (name, alias, tags, created) "
        "VALUES (?, ?, ?, 1) RETURNING id", (name, alias, tags))
    rows(server, "INSERT INTO key (device, type, digest, blob, created) "
         "VALUES (?, ?, ?, ?, 1)",
         (device, key.type, hashlib.sha256(blob).digest(), blob))


def set_seen(server, name, **columns):
    """Change what the store has of a device's last poll."""
    names = ", ".join(f"{column} = ?" for column in columns)
    rows(server, f"UPDATE device_seen SET {names} WHERE device = "
         "(SELECT id FROM device WHERE name = ?)", (*columns.values(), name))


def restart_seen(server, seconds, *devices):
    """Start again, these having polled so many seconds ago at the latest."""
    server.stop()
    for device in devices:
        set_seen(server, device.name,
                 last_seen=int((time.time() - seconds) * 1e6))
    after = server.events.mark()
    server.start()
    return after


def set_operator(server, name, **columns):
    """Change an operator in the store, as no command of et-admin's does."""
    names = ", ".join(f"{column} = ?" for column in columns)
    rows(server, f"UPDATE operator SET {names} WHERE name = ?",
         (*columns.values(), name))
