"""What tests do to a store behind the server's back."""
import base64
import hashlib
import sqlite3
import time


def set_schema(server, number):
    """Pretend that another version wrote it."""
    db = sqlite3.connect(server.store)
    db.execute(f"PRAGMA user_version = {number}")
    db.commit()
    db.close()


def plant_device(server, name, key, alias="", tags=""):
    """A device as a version before wrote it, whatever its name is."""
    db = sqlite3.connect(server.store)
    blob = base64.b64decode(key.base64)
    device = db.execute(
        "INSERT INTO device (name, alias, tags, created) VALUES (?, ?, ?, 1)",
        (name, alias, tags)).lastrowid
    db.execute("INSERT INTO key (device, type, digest, blob, created) "
               "VALUES (?, ?, ?, ?, 1)",
               (device, key.type, hashlib.sha256(blob).digest(), blob))
    db.commit()
    db.close()


def set_seen(server, name, **columns):
    """Change what the store has of a device's last poll."""
    db = sqlite3.connect(server.store, timeout=60)
    names = ", ".join(f"{column} = ?" for column in columns)
    with db:
        db.execute(f"UPDATE device_seen SET {names} WHERE device = "
                   "(SELECT id FROM device WHERE name = ?)",
                   (*columns.values(), name))
    db.close()


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
    db = sqlite3.connect(server.store, timeout=60)
    names = ", ".join(f"{column} = ?" for column in columns)
    with db:
        db.execute(f"UPDATE operator SET {names} WHERE name = ?",
                   (*columns.values(), name))
    db.close()
