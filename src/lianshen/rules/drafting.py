"""Begin a rule: a file from the template with the next free id of its group."""

from __future__ import annotations

from pathlib import Path

from lianshen.errors import UsageError
from lianshen.rules.agreement import slug
from lianshen.rules.catalogue import read_lock
from lianshen.rules.head import GROUPS

PREFIXES = {group: letters for letters, group in GROUPS.items()}
TEMPLATES = {
    "settlement": "_template.txt",
    "institution": "_template_subject.txt",
    "region": "_template_subject.txt",
}


def begin_rule(sql: Path, group: str, title: str, subject: str = "settlement") -> Path:
    """Write the file and return its path. Ids that were ever locked are not used again.

    :raises UsageError: for a group or a subject that does not exist.
    """
    if subject not in TEMPLATES:
        raise UsageError(f"a rule is not about a '{subject}': take one of {', '.join(TEMPLATES)}")
    prefix = PREFIXES.get(group)
    if prefix is None:
        raise UsageError(f"there is no group '{group}': take one of {', '.join(PREFIXES)}")
    taken = {path.name[:5] for path in (sql / "rules").rglob(f"{prefix}-*.sql")} | set(read_lock(sql))
    free = next(f"{prefix}-{n:02d}" for n in range(1, 100) if f"{prefix}-{n:02d}" not in taken)
    folder = sql / "rules" / group
    folder.mkdir(exist_ok=True)
    path = folder / f"{free}_{slug(title)}.sql"
    template = (sql / "rules" / TEMPLATES[subject]).read_text(encoding="utf-8")
    for place, value in (("{id}", free), ("{title}", title), ("{subject}", subject)):
        template = template.replace(place, value)
    path.write_text(template, encoding="utf-8")
    return path
