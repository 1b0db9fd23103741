"""The messages between the processes, by the names of sshd/common/msg.h:

    body("LOGIN", user=b"d1", keylen=3, key=b"abc")

is what stands in a LOGIN behind its head.  Types, structs and sizes are read
from msg.h, and which struct is which type's from msg.c, so that a message
which changes there changes here.
"""

import ctypes
import pathlib
import re

COMMON = pathlib.Path(__file__).resolve().parent / "../../sshd/common"
NUMBERS = {"uint8_t": ctypes.c_uint8, "uint16_t": ctypes.c_uint16,
           "uint32_t": ctypes.c_uint32, "uint64_t": ctypes.c_uint64,
           "int64_t": ctypes.c_int64, "char": ctypes.c_char}
MEMBER = re.compile(r"(?:struct\s*\{(?P<inner>[^{}]*)\}|(?:struct\s+)?"
                    r"(?P<kind>\w+))\s+(?P<name>\w+)(?:\[(?P<n>\w+)\])?;")

HEADER = re.sub(r"/\*.*?\*/", "", (COMMON / "msg.h").read_text(), flags=re.S)
SIZES = {name: int(n) for name, n in
         re.findall(r"#define (MSG_\w+) (\d+)$", re.sub(
             r"[ \t]+$", "", HEADER, flags=re.M), re.M)}


def members(text, structs):
    for m in MEMBER.finditer(text):
        if m["inner"] is not None:
            kind = make("", m["inner"], structs)
        else:
            kind = NUMBERS.get(m["kind"]) or structs[m["kind"]]
        n = m["n"]
        yield m["name"], kind if n is None else \
            kind * (SIZES[n] if n in SIZES else int(n))


def make(name, text, structs):
    return type(name, (ctypes.Structure,),
                {"_fields_": list(members(text, structs))})


def read_structs():
    structs = {}
    for name, text in re.findall(r"^struct (msg_\w+) \{(.*?)^\};", HEADER,
                                 re.S | re.M):
        structs[name] = make(name, text, structs)
    return structs


def read_types():
    """The numbers of enum msg_type, by name."""
    text = re.search(r"enum msg_type \{(.*?)\};", HEADER, re.S).group(1)
    return {name: i + 1 for i, name in
            enumerate(re.findall(r"MSG_(\w+)", text))}


def read_bodies():
    """Each type's struct; None: it has no body."""
    structs = read_structs()
    union = re.search(r"^struct msg \{.*?union \{(.*?)\};", HEADER,
                      re.S | re.M).group(1)
    union = {name: structs[kind] for kind, name in
             re.findall(r"struct (\w+) (\w+);", union)}
    shapes = re.findall(r"\[MSG_(\w+)\] = \{\"\w+\", (?:BODY\((\w+)\)|HEAD)",
                        (COMMON / "msg.c").read_text())
    return {name: union[member] if member else None
            for name, member in shapes}


TYPES = read_types()
BODIES = read_bodies()
assert set(BODIES) == set(TYPES) - {"TYPES"}


def fill(to, fields):
    for name, value in fields.items():
        at = getattr(to, name)
        if isinstance(value, list):
            for record, one in zip(at, value):
                fill(record, one)
        elif isinstance(at, ctypes.Array):
            assert len(value) <= ctypes.sizeof(at), name
            ctypes.memmove(at, value, len(value))
        elif isinstance(value, bytes):
            # Text, which may fill its field to the last byte.
            field = getattr(type(to), name)
            assert len(value) <= field.size, name
            ctypes.memmove(ctypes.addressof(to) + field.offset, value,
                           len(value))
        else:
            setattr(to, name, value)


def body(type_, /, **fields):
    if BODIES[type_] is None:
        assert not fields, type_
        return b""
    made = BODIES[type_]()
    fill(made, fields)
    return bytes(made)
