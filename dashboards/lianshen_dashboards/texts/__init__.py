"""Every Chinese text that the pages show, by key; names of states, roles and reasons come from the casebook.

One dictionary per part of the application, found here by its module, so that another language of the province is
another set of modules. Texts that scripts in the browser say are sent along with the page (:data:`SAID_IN_BROWSER`).
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules


def _gathered() -> dict[str, str]:
    every: dict[str, str] = {}
    for module in iter_modules(__path__):
        some: dict[str, str] = import_module(f"{__name__}.{module.name}").TEXTS
        if twice := every.keys() & some.keys():
            raise KeyError(f"texts/{module.name}.py: {', '.join(sorted(twice))} stands in another module too")
        every |= some
    return every


TEXTS = _gathered()

SAID_IN_BROWSER = (
    "toast.", "queue.", "filter.", "bulk.", "action.", "reason.", "error.", "word.", "many.", "result.", "views.",
    "me.",
)  # fmt: skip

KEYS: tuple[tuple[str, str], ...] = (
    ("J / K", "下一件 / 上一件"),
    ("Enter", "打开案件"),
    ("X", "选中 / 取消选中"),
    ("R", "下发（省级）"),
    ("D", "筛除（省级，选择原因）"),
    ("A", "签收（市州）"),
    ("C", "确认办结（省级）"),
    ("S", "全选 / 取消全选（按当前条件）"),
    ("Z", "撤销上一步"),
    ("/", "搜索"),
    ("U", "从案件返回队列"),
    ("?", "显示本页"),
    ("Esc", "关闭"),
)


def say(key: str, **values: object) -> str:
    """Return a text with its ``{names}`` filled in.

    :raises KeyError: if no text has the key.
    """
    text = TEXTS[key]
    return text.format(**values) if values else text


def browser_texts() -> dict[str, str]:
    """Return the texts that scripts in the browser say."""
    return {key: text for key, text in TEXTS.items() if key.startswith(SAID_IN_BROWSER)}
