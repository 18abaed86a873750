"""Which findings make one case. Pure: a function of the findings and the settlements they are about.

Settlements of one person at one institution belong together where a finding links them or they are one visit
(``mdtrt_id``). A finding that links two institutions makes a case at each: they show one another as related.
"""

from __future__ import annotations

import base64
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lianshen.cases.gather import Found, Settlement

NUMBER_LETTERS = 6


@dataclass(frozen=True)
class Episode:
    """The settlements of one case, in order of setl_id, and the findings about them, in order of their ids."""

    settlements: tuple[Settlement, ...]
    findings: tuple[Found, ...]

    @property
    def first(self) -> Settlement:
        """The settlement with the smallest setl_id: it gives the case its key and its date."""
        return self.settlements[0]

    @property
    def key(self) -> str:
        return case_key(self.first.fixmedins_code, self.first.setl_id)


def case_key(fixmedins_code: str, first_setl_id: str) -> str:
    """Return what a case is about, hashed: institution and smallest settlement."""
    return hashlib.sha256(f"{fixmedins_code}\x1f{first_setl_id}".encode()).hexdigest()


def case_number(episode: Episode, letters: int = NUMBER_LETTERS) -> str:
    """Return the number that people use: ``SC20261120-7KQ2MZ``. More letters are only for two keys that collide."""
    code = base64.b32encode(bytes.fromhex(episode.key)).decode()[:letters]
    return f"SC{episode.first.setl_date:%Y%m%d}-{code}"


def group(findings: Iterable[Found], settlements: Mapping[str, Settlement]) -> list[Episode]:
    """Return the episodes of the findings, in order of their first settlement.

    A settlement without a finding of its own belongs to an episode where a finding links it.
    """
    every = list(findings)
    parent: dict[str, str] = {}

    def root(setl_id: str) -> str:
        parent.setdefault(setl_id, setl_id)
        while parent[setl_id] != setl_id:
            parent[setl_id] = parent[parent[setl_id]]
            setl_id = parent[setl_id]
        return setl_id

    def join(one: str, other: str) -> None:
        low, high = sorted((root(one), root(other)))
        parent[high] = low

    for found in every:
        root(found.setl_id)
        if (linked := linked_here(found, settlements)) is not None:
            join(found.setl_id, linked)
    visits: dict[tuple[str, str, str], str] = {}
    for setl_id in sorted(parent):
        settlement = settlements[setl_id]
        join(visits.setdefault((*settlement.pair, settlement.mdtrt_id), setl_id), setl_id)

    members: dict[str, list[str]] = defaultdict(list)
    for setl_id in sorted(parent):
        members[root(setl_id)].append(setl_id)
    about: dict[str, list[Found]] = defaultdict(list)
    for found in every:
        about[root(found.setl_id)].append(found)
    return [
        Episode(
            tuple(settlements[setl_id] for setl_id in members[first]),
            tuple(sorted(about[first], key=lambda found: found.finding_id)),
        )
        for first in sorted(members)
    ]


def linked_here(found: Found, settlements: Mapping[str, Settlement]) -> str | None:
    """Return the linked settlement where it is the same person at the same institution, else None."""
    linked = settlements.get(found.linked_setl_id or "")
    return linked.setl_id if linked is not None and linked.pair == settlements[found.setl_id].pair else None
