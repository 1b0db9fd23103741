"""Announcements as a server signs them, made without its programs: by python's
cryptography for usign, by ssh-keygen for ssh-keygen (sshd/PROTOCOL, 1.7)."""
import base64
import hashlib
import pathlib

from cryptography.hazmat.primitives.serialization import load_ssh_private_key

PURPOSE = "et-phone-home announcement\n"
NAMESPACE = "announcement@et-phone-home"
SERIAL = 1700000000000000


def pin_of(key):
    return f"pin={key.type} {key.base64}"


def marked(text):
    """Lines, and the one that ends them."""
    mark = hashlib.md5(text.encode()).hexdigest()[:16]
    return f"{text}pins={mark}\n"


def usign_line(key, signed):
    private = load_ssh_private_key(pathlib.Path(key.openssh).read_bytes(), None)
    raw = b"Ed" + bytes(8) + private.sign(signed)
    return f"usign={base64.b64encode(raw).decode()}\n"


def sshsig_line(t, key, signed, namespace=NAMESPACE):
    path = t.dir / "signed"
    path.write_bytes(signed)
    path.with_suffix(".sig").unlink(missing_ok=True)
    t.run(["ssh-keygen", "-q", "-Y", "sign", "-f", key.openssh, "-n",
           namespace, path], check_=True)
    lines = path.with_suffix(".sig").read_text().splitlines()
    return f"sshsig={''.join(lines[1:-1])}\n"


def announcement(t, key, *lines, serial=SERIAL, purpose=PURPOSE,
                 namespace=NAMESPACE):
    """Those lines, signed by that key; without the last, pins=MARK."""
    body = "".join(f"{line}\n" for line in (f"serial={serial}", *lines))
    signed = (purpose + body).encode()
    return body + usign_line(key, signed) + sshsig_line(t, key, signed,
                                                        namespace)
