"""Saved views of the queue over the interface; each person's own."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from lianshen.cases.services import views
from lianshen_dashboards.answers import administration, answers
from lianshen_dashboards.api.common import Text
from lianshen_dashboards.context import Desk, current
from lianshen_dashboards.present import Row

Name = Annotated[str, Path(max_length=40, examples=["绵阳高风险"])]


class View(BaseModel):
    """A filter under a name, written as in the address of the queue."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[Text, Field(max_length=40)]
    query: Annotated[Text, Field(max_length=1000)]
    is_default: bool = False


class Default(BaseModel):
    """The view in which one begins; null for the role's own beginning."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[Text, Field(max_length=40)] | None


def router(desk: Desk) -> APIRouter:
    """Return the routes about saved views."""
    routes = APIRouter(tags=["views"])
    book = desk.book

    @routes.get("/views", responses=answers(list[administration.View]))
    def every() -> list[Row]:
        """Return one's own views."""
        return views.list_views(current(), book)

    @routes.post("/views", responses=answers(administration.View))
    def save(body: View) -> Row:
        """Keep a filter under a name, in the place of what had it."""
        return views.save_view(current(), book, body.name, body.query, is_default=body.is_default)

    @routes.post("/views/default", responses=answers(administration.Named))
    def default(body: Default) -> Row:
        """Choose the view in which one begins."""
        views.choose_default(current(), book, body.name)
        return {"name": body.name}

    @routes.delete("/views/{name}", responses=answers(administration.Named))
    def delete(name: Name) -> Row:
        """Forget a view."""
        views.delete_view(current(), book, name)
        return {"name": name}

    return routes
