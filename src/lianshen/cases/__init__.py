"""Cases: what an agency handles, from a night's findings to the money that comes back.

:func:`open_casebook` opens and migrates the store, :func:`assemble` turns findings into cases, and
:mod:`lianshen.cases.services` is what people do with them. :mod:`lianshen.cases.domain` is pure.
"""

from lianshen.cases.store import Casebook, Terms, is_demo, mark_demo, open_casebook

__all__ = ["Casebook", "Terms", "is_demo", "mark_demo", "open_casebook"]
