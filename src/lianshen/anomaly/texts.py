"""What a case page says about a model's finding, in the shape in which rules say it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lianshen.anomaly.spec import AnomalyModel
from lianshen.anomaly.subject import SubjectModel

PLACEHOLDER = re.compile(r"\{(because_\w+)\}")
TYPICAL_SEVERITY = 2
"""Each finding carries the severity of its own size; this one stands where a model as a whole is listed."""


@dataclass(frozen=True, slots=True)
class ModelText:
    """The text of one model in one version; the same names as a rule's text."""

    version: int
    fingerprint: str
    title_zh: str
    sentence_zh: str
    facts: Mapping[str, str]
    certainty: str
    severity: int
    level: str
    basis: tuple[str, ...]
    handler: tuple[str, ...]
    not_a_finding_when: tuple[str, ...]
    reviewer_checks: tuple[str, ...]

    def sentence(self, because: Mapping[str, str | None]) -> str:
        """Return the sentence with the facts of a finding in its places; what the finding does not state is 无."""
        return PLACEHOLDER.sub(lambda found: str(because.get(found[1]) or "无"), self.sentence_zh)


def model_text(model: AnomalyModel | SubjectModel) -> ModelText:
    """Return the text of ``model``."""
    return ModelText(
        version=model.version,
        fingerprint=model.fingerprint,
        title_zh=model.title_zh,
        sentence_zh=model.sentence_zh,
        facts=model.facts,
        certainty=model.certainty,
        severity=TYPICAL_SEVERITY,
        level=model.level,
        basis=model.basis,
        handler=model.handler,
        not_a_finding_when=model.not_a_finding_when,
        reviewer_checks=model.reviewer_checks,
    )
