"""Keeping the casebook: carrying it to another database, backing it up, restoring it, and checking it.

One way of reading and one of writing whole tables serves all of them, on either database.
"""

from lianshen.cases.keeping.backup import BackupSummary, back_up, read_manifest
from lianshen.cases.keeping.checking import Check, check_casebook
from lianshen.cases.keeping.moving import move
from lianshen.cases.keeping.restoring import restore

__all__ = ["BackupSummary", "Check", "back_up", "check_casebook", "move", "read_manifest", "restore"]
