"""Drawing what is looked at although nothing speaks for it, and what is looked at a second time.

The blind sample of a night is drawn systematically from the settlements without finding, sorted by stratum and at
random within (W. G. Cochran, Sampling Techniques, 3rd ed., 1977, ch. 8): every settlement has the same chance, and
every stratum gives its proportion but for less than one. A second look is drawn case by case, each with the same
chance, whenever it was dismissed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np

from lianshen.ranking.units import Ints

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def seed_of(seed: int, *names: str) -> int:
    """Return the seed of one draw: the same for the same names, another for any other."""
    digest = hashlib.sha256("/".join([str(seed), *names]).encode()).digest()
    return int.from_bytes(digest[:7], "big")


def draw_systematic(strata: Sequence[str], share: float, seed: int) -> Ints:
    """Return the numbers of the rows that are drawn, each with the chance ``share``; the seed draws the same again.

    The order of rows within a stratum does not matter to chances, but to which rows come out: keep it fixed.
    """
    if not strata or share <= 0:
        return np.zeros(0, dtype=np.int64)
    random = np.random.default_rng(seed)
    shuffled = random.permutation(len(strata))
    known = {name: number for number, name in enumerate(sorted(set(strata)))}
    places = np.fromiter((known[name] for name in strata), dtype=np.int64, count=len(strata))[shuffled]
    # Strata come in random order too: which neighbours share a fraction must not be the same every night.
    order = shuffled[np.argsort(random.permutation(len(known))[places], kind="stable")]
    marks = np.floor(random.random() + share * np.arange(len(order) + 1))
    return np.sort(order[np.flatnonzero(np.diff(marks) > 0)]).astype(np.int64)


def is_drawn(share: float, seed: int, *names: str) -> bool:
    """Return whether something with these names is drawn: a coin of its own, the same whenever it is thrown."""
    return seed_of(seed, *names) < share * 2.0**56


def task_no(day: str, seed: int, *names: str) -> str:
    """Return the number of a task: its day and letters that do not tell what kind of task it is."""
    number, letters = seed_of(seed, "task", *names), ""
    for _ in range(8):
        number, digit = divmod(number, len(LETTERS))
        letters += LETTERS[digit]
    return f"CJ{day.replace('-', '')}-{letters}"


def counted(strata: Sequence[str]) -> Mapping[str, int]:
    """Return how many rows each stratum has."""
    names, numbers = np.unique(np.asarray(strata, dtype=object).astype(str), return_counts=True)
    return {str(name): int(number) for name, number in zip(names, numbers, strict=True)}
