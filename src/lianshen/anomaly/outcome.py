"""What training gave, and what follows from it: entered in the register, and promoted where it may be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from lianshen.anomaly.compare import Comparison, unopposed
from lianshen.anomaly.errors import ModelDamaged, ModelNotFound
from lianshen.anomaly.registry import POLICY, Entry, enter, standing
from lianshen.anomaly.scoring import usable_champion
from lianshen.anomaly.spec import AnomalyModel
from lianshen.anomaly.store import ModelStore, StoredModel
from lianshen.anomaly.subject import SubjectModel
from lianshen.config import SHANGHAI


@dataclass(frozen=True)
class ModelCard:
    """What training gave: the stored version, its metrics, and whether it scores from now on (else why not).

    Neither promoted nor refused, it waits for somebody to approve it.
    """

    model_id: str
    title: str
    version: str
    folder: Path
    document: dict[str, Any]
    promoted: bool
    refused: str | None
    comparison: Comparison
    approved_by: str | None = None

    @property
    def state(self) -> str:
        """Whether it scores, waits or is refused, in one sentence."""
        if self.promoted:
            return f"promoted, approved by {self.approved_by or 'whoever put it there'}"
        if self.refused:
            return f"not promoted: {self.refused}"
        return f"waits for approval: lianshen models approve {self.model_id} {self.version} --by … --reason …"

    def summary(self) -> dict[str, Any]:
        """Return what a flow or ``--json`` prints."""
        return {
            "model": self.model_id,
            "title": self.title,
            "version": self.version,
            "promoted": self.promoted,
            "refused": self.refused,
            "approved_by": self.approved_by,
            "state": self.state,
            "comparison": self.comparison.as_json(),
            "data": self.document["data"],
            "metrics": self.document["metrics"],
        }


@dataclass(frozen=True)
class Untrained:
    """A model that could not be trained, and why; the others are."""

    model_id: str
    title: str
    why: str

    def summary(self) -> dict[str, Any]:
        """Return what a flow or ``--json`` prints, in the shape of a card's."""
        nothing = dict.fromkeys(("version", "refused", "approved_by", "comparison", "data", "metrics"))
        return {
            "model": self.model_id, "title": self.title, **nothing, "promoted": False, "state": self.state,
        }  # fmt: skip

    @property
    def state(self) -> str:
        """Why it could not be trained, in one sentence."""
        return f"not trained: {self.why}"


def opponent(
    store: ModelStore, model: AnomalyModel | SubjectModel, content: Path | None
) -> tuple[StoredModel | None, Comparison]:
    """Return the champion that a challenger meets, and what holds where there is none that can score."""
    version = store.champion(model.id)
    if version is None:
        return None, unopposed(None, "there is no champion yet")
    try:
        champion, why = usable_champion(store, model, content)
    except (ModelDamaged, ModelNotFound) as error:
        champion, why = None, str(error)
    return champion, unopposed(version, f"the champion {version} cannot score: {why}")


def settle(
    store: ModelStore,
    model: AnomalyModel | SubjectModel,
    stored: StoredModel,
    unfit: str | None,
    comparison: Comparison,
    *,
    promote: bool,
    by: str,
    at: datetime | None,
) -> ModelCard:
    """Enter a trained version, and let it score where it may and the policy is to ``promote`` without asking."""
    folder, refused = store.folder / model.id, unfit or comparison.refused
    when = (at or datetime.now(SHANGHAI)).replace(tzinfo=None).isoformat(timespec="seconds")
    state, _ = standing(store, model.id, stored.version)
    if state != "champion":
        enter(folder, Entry("trained", stored.version, by, when, "", refused, comparison.as_json()))
        if promote and refused is None:
            enter(folder, Entry("approved", stored.version, POLICY, when, "approved by policy, unattended"))
            store.promote(model.id, stored.version)
    promoted = store.champion(model.id) == stored.version
    return ModelCard(
        model.id, model.title, stored.version, stored.folder, stored.document, promoted,
        None if promoted else refused, comparison, store.approved_by(model.id) if promoted else None,
    )  # fmt: skip
