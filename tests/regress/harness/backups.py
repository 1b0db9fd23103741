"""Backups, and what a test does to them."""
import hashlib
import io
import json
import os
import tarfile

MANIFEST = "manifest.json"
SUM = MANIFEST + ".sha256"


def members(path):
    """What a backup holds: its names in their order, with their bytes."""
    with tarfile.open(path) as tar:
        return {m.name: tar.extractfile(m).read() for m in tar}


def manifest(path):
    return json.loads(members(path)[MANIFEST])


def write(path, files, **change):
    """A backup of these files whose manifest fits them, but for a change."""
    told = json.loads(files[MANIFEST])
    owner = {f["name"]: f for f in told["files"]}
    told["files"] = [
        {**owner.get(name, {"mode": "0600", "owner": "root"}), "name": name,
         "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in files.items() if name not in (MANIFEST, SUM)]
    told.update(change)
    text = json.dumps(told).encode()
    line = f"{hashlib.sha256(text).hexdigest()}  {MANIFEST}\n".encode()
    files = {MANIFEST: text, SUM: line, **{
        n: d for n, d in files.items() if n not in (MANIFEST, SUM)}}
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as tar:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(data), 0o600
            tar.addfile(info, io.BytesIO(data))
    return path


def tree(*folders, leave=()):
    """Each file below: its bytes, its mode, its owner."""
    found = {}
    for folder in folders:
        for at, _, names in os.walk(folder):
            for name in names:
                path = os.path.join(at, name)
                if name.endswith(leave):
                    continue
                st = os.lstat(path)
                with open(path, "rb") as f:
                    found[path] = (f.read(), st.st_mode & 0o7777, st.st_uid)
    return found
