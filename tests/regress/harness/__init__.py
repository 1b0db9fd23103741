"""The harness of the regress tests.

A test is one executable file beside this folder: a function which takes a
Case, and run(function).  It passes with status 0, is skipped with 77, and fails
with 1 and everything that the server had to say.  Every wait has an end; a
case ends every process that it started, by its number, and leaves nothing
behind.
"""
from . import proc
from .case import (PATIENCE, SANITIZED, Case, Fail, Skip, check, dial, eq,
                   eventually, fresh_port, plain_build_only, run)
from .clients import LEGACY, Key
from .server import Server

__all__ = ["Case", "Fail", "Key", "LEGACY", "PATIENCE", "SANITIZED", "Server",
           "Skip", "check", "dial", "eq", "eventually", "fresh_port",
           "plain_build_only", "proc", "run"]
