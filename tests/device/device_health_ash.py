#!/usr/bin/python3
"""What a device tells of itself, with ash for its shell."""
from router import run
from telling import tells_health

run(lambda t: tells_health(t, "ash"))
