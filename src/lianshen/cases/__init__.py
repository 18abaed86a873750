"""Cases: what an agency handles, from a night's findings to the money that comes back.

:func:`open_casebook` opens and migrates the store, :func:`assemble` turns findings into cases, and
:mod:`lianshen.cases.services` is what people do with them. :mod:`lianshen.cases.domain` is pure.
"""

from lianshen.cases.assembly import AssemblyResult, AssemblySettings, assemble
from lianshen.cases.carried import Carried, enter_carried
from lianshen.cases.mirror import mirror
from lianshen.cases.store import Casebook, Terms, is_demo, mark_demo, open_casebook
from lianshen.cases.waiting import forget_assembled, has_unassembled

__all__ = [
    "AssemblyResult",
    "AssemblySettings",
    "Carried",
    "Casebook",
    "Terms",
    "assemble",
    "enter_carried",
    "forget_assembled",
    "has_unassembled",
    "is_demo",
    "mark_demo",
    "mirror",
    "open_casebook",
]
