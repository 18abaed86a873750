"""What people keep for themselves: filters of the queue under a name, one of which may be where their day begins.

A view is the query of an address and nothing more: it shows whoever opens it what *they* may see.
"""

from __future__ import annotations

import sqlalchemy as sa

from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.errors import NotFound, Refused
from lianshen.cases.filters import CaseFilter
from lianshen.cases.services.scope import Row
from lianshen.cases.store import Casebook, writing

MOST_VIEWS = 30
LONGEST_NAME = 40
LONGEST_QUERY = 1000


def list_views(p: Principal, book: Casebook) -> list[Row]:
    """Return the principal's own views by name: ``{"name", "query", "is_default"}``."""
    v = t.saved_view.c
    query = sa.select(v.name, v.query, v.is_default).where(v.login == p.login).order_by(v.name)
    with book.engine.connect() as con:
        return [dict(row) for row in con.execute(query).mappings()]


def default_query(p: Principal, book: Casebook) -> str | None:
    """Return the query of the view in which the principal begins, None where they chose none."""
    v = t.saved_view.c
    with book.engine.connect() as con:
        return con.scalar(sa.select(v.query).where(v.login == p.login, v.is_default))


def save_view(p: Principal, book: Casebook, name: str, query: str, *, is_default: bool = False) -> Row:
    """Keep a filter under a name, in the place of what had it; the only default is the last that was made one.

    :raises Refused: for a name that is empty or too long, a query that is no filter, or one view too many.
    """
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Refused(f"视图名称：1 至 {LONGEST_NAME} 个字")
    if not p.sees_cases:
        raise Refused(f"{p.role_name}不查看案件，没有可保存的视图")
    written = CaseFilter.strict(query).model_copy(update={"view": None}).to_query()
    if len(written) > LONGEST_QUERY:
        raise Refused(f"筛选条件过长（{len(written)} 字），最多 {LONGEST_QUERY} 字")
    v = t.saved_view.c
    own = v.login == p.login
    with writing(book.engine) as con:
        others = con.scalar(sa.select(sa.func.count()).where(own, v.name != name)) or 0
        if others >= MOST_VIEWS:
            raise Refused(f"最多保存 {MOST_VIEWS} 个视图，请先删除不用的")
        if is_default:
            con.execute(t.saved_view.update().where(own).values(is_default=False))
        values = {"query": written, "is_default": is_default}
        if con.execute(t.saved_view.update().where(own, v.name == name).values(**values)).rowcount == 0:
            con.execute(t.saved_view.insert().values(login=p.login, name=name, **values))
    return {"name": name, **values}


def choose_default(p: Principal, book: Casebook, name: str | None) -> None:
    """Make a view the one in which the principal begins; None: the role's own beginning again.

    :raises NotFound: if the principal has no view of the name.
    """
    v = t.saved_view.c
    own = v.login == p.login
    with writing(book.engine) as con:
        if name is not None and con.scalar(sa.select(v.id).where(own, v.name == name)) is None:
            raise NotFound(name, "视图")
        con.execute(t.saved_view.update().where(own).values(is_default=v.name == name if name is not None else False))


def delete_view(p: Principal, book: Casebook, name: str) -> None:
    """Forget a view.

    :raises NotFound: if the principal has no view of the name.
    """
    v = t.saved_view.c
    with writing(book.engine) as con:
        if con.execute(t.saved_view.delete().where(v.login == p.login, v.name == name)).rowcount == 0:
            raise NotFound(name, "视图")
