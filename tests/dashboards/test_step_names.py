"""Every step of a night has a Chinese name on the page that shows the night."""

from __future__ import annotations

import ast
import inspect

from lianshen_dashboards.pages.runs import STEPS
from lianshen_flows import nightly, steps


def test_a_step_that_is_new_has_a_name_on_the_page() -> None:
    story = ast.walk(ast.parse(inspect.getsource(nightly)))
    done = {
        node.attr
        for node in story
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "steps"
    }
    told = {name for name in done if callable(getattr(steps, name)) and name[0].islower()}
    others = {"open_workshop", "all_packages", "is_received", "is_unfinished"}
    assert told - others == set(STEPS)
