"""What the ranking assumes and how many hands there are: ``knowledge/ranking.yaml``, read and checked."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lianshen.agency import CENTRE
from lianshen.content import content_root, read_yaml
from lianshen.ranking.errors import RankingRefused

FILE = "ranking.yaml"
OTHER = "other"
Kind = Literal["billing", "records", "network", "model"]
Share = Annotated[float, Field(ge=0, le=1)]
Inside = Annotated[float, Field(gt=0, lt=1)]
Reach = Annotated[float, Field(gt=0, le=10)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Upheld(_Strict):
    """Probability that a finding of a class is upheld, by its certainty."""

    definite: Inside
    suspicious: Inside


class Prior(_Strict):
    """What is believed before anybody decided; ``strength`` in decisions."""

    strength: float = Field(gt=0)
    upheld: Mapping[str, Upheld]
    severity: float
    kept: Inside
    estimate: Share

    def chance(self, family: str, certainty: str, severity: float) -> float:
        """Return the probability for a finding of a class, from 0 to 1."""
        known = self.upheld.get(family) or self.upheld[OTHER]
        base = known.definite if certainty == "definite" else known.suspicious
        odds = math.log(base / (1 - base)) + self.severity * (severity - 2)
        return 1 / (1 + math.exp(-odds))


class Effects(_Strict):
    """How far effects reach: standard deviations of log-odds before anything is seen."""

    family: Reach = Field(alias="class")
    kind: Reach
    severity: Reach
    score: Reach
    percentile: Reach
    rule: Reach
    institution: Reach
    pair: Reach
    agency: Reach


class Minutes(_Strict):
    """How long a case takes at the centre's first review and at the agency."""

    centre: int = Field(gt=0)
    agency: int = Field(gt=0)


class Times(_Strict):
    """Minutes by the kind of a case, for each further finding, and for a task of a sample."""

    billing: Minutes
    records: Minutes
    network: Minutes
    model: Minutes
    further_finding: int = Field(ge=0)
    sample: int = Field(gt=0)

    def of(self, kind: Kind, findings: int) -> tuple[int, int]:
        """Return the minutes of a case at the centre and at the agency."""
        base: Minutes = getattr(self, kind)
        more = self.further_finding * max(0, findings - 1)
        return base.centre + more, base.agency + more


class Hands(_Strict):
    """Who is there on a day, and how many minutes of each are left for cases."""

    people: int = Field(ge=0)
    minutes: int = Field(ge=0)

    @property
    def total(self) -> int:
        return self.people * self.minutes


class Capacity(_Strict):
    """The hands of the centre and of the agencies."""

    centre: Hands
    agency: Hands
    agencies: Mapping[str, Hands] = Field(default_factory=dict)

    def of(self, desk: str) -> Hands:
        """Return the hands of a desk; 510000 is the centre."""
        return self.centre if desk == CENTRE else self.agencies.get(desk, self.agency)


class Exploration(_Strict):
    """Shares that are looked at whatever the ranking says."""

    control: Share
    second_look: Share
    samples: Share
    oldest: Share
    strangest: Share = 0.0
    """None where a file of before names none."""


class RankingSettings(_Strict):
    """Everything of the file. ``sha256`` names what a night was ranked with."""

    seed: int
    prior: Prior
    effects: Effects
    least_decisions: int = Field(ge=1)
    least_checked: int = Field(ge=4)
    later: Inside
    interval: Inside
    minutes: Times
    capacity: Capacity
    exploration: Exploration
    due_days: int = Field(ge=0)
    sha256: str = ""

    @classmethod
    def load(cls, content: Path | None = None) -> RankingSettings:
        """Read ``knowledge/ranking.yaml`` of the content folder, the shipped one where none is given.

        :raises RankingRefused: naming the entry that cannot be used.
        """
        path = content_root(content) / "knowledge" / FILE
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise RankingRefused(f"{path}: {error.strerror}; put the ranking's assumptions there") from error
        return cls.parse(text, str(path))

    @classmethod
    def parse(cls, text: str, where: str = FILE) -> RankingSettings:
        """Read the settings from YAML text.

        :raises RankingRefused: naming the entry that cannot be used.
        """
        digest = hashlib.sha256(text.encode()).hexdigest()
        given = read_yaml(text)
        if not isinstance(given, dict):
            raise RankingRefused(f"{where}: no mapping; write the entries of the shipped file")
        try:
            found = cls.model_validate({**given, "sha256": digest})
        except ValidationError as error:
            first = error.errors()[0]
            entry = ".".join(str(part) for part in first["loc"])
            raise RankingRefused(f"{where}, {entry}: {first['msg']}; see the shipped file") from error
        if OTHER not in found.prior.upheld:
            raise RankingRefused(f"{where}, prior.upheld: add '{OTHER}', for classes that are not named")
        return found
