"""What tests do to a store behind the server's back."""
import sqlite3


def set_schema(server, number):
    """Pretend that another version wrote it."""
    db = sqlite3.connect(server.store)
    db.execute(f"PRAGMA user_version = {number}")
    db.commit()
    db.close()
