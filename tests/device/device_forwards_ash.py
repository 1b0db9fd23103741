#!/usr/bin/python3
"""Polls and forwards of a device whose shell is ash."""
from router import run
from scenes import polls_and_forwards

run(lambda t: polls_and_forwards(t, "ash"))
