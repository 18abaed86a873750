"""Accounts for a demonstration: one of each kind."""

from __future__ import annotations

import secrets

from lianshen.cases.domain import Principal
from lianshen.cases.services.accounts import add_user, list_users
from lianshen.cases.store import Casebook

DEMO_USERS = (
    ("shenhe01", "周审核", "reviewer", None),
    ("shenhe02", "吴审核", "reviewer", None),
    ("fuze01", "郑负责", "lead", None),
    ("chengdu01", "成都经办1", "handler", "510100"),
    ("chengdu02", "成都负责人", "region_lead", "510100"),
    ("mianyang01", "绵阳经办1", "handler", "510700"),
    ("shengben01", "省本级经办1", "handler", "519900"),
    ("guanli01", "管理员甲", "manager", None),
    ("fenxi01", "分析员甲", "analyst", None),
    ("xitong01", "系统管理员甲", "sysadmin", None),
    ("anquan01", "安全管理员甲", "secadmin", None),
    ("shenji01", "审计员甲", "auditor", None),
)


def add_demo_users(p: Principal, book: Casebook) -> list[dict[str, str]]:
    """Create one account of each kind that is not there yet; return logins with passwords, which are shown only now."""
    made = []
    known = {user["login"] for user in list_users(p, book)}
    for login, name, role, agency in DEMO_USERS:
        if login not in known:
            password = secrets.token_urlsafe(9)
            add_user(p, book, login, name, role, agency, password)
            made.append({"login": login, "name": name, "role": role, "agency": agency or "", "password": password})
    return made
