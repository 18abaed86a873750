"""Who let which version score, and why: one register for each model, one line after another.

Training enters a version with what it was compared with; a person other than who trained it, or the written policy of
an installation that runs unattended, approves it; only then it scores. Each line carries the hash of the one before,
so that none can be changed or taken out unseen.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from lianshen.anomaly.errors import ApprovalRefused, ModelDamaged

if TYPE_CHECKING:
    from lianshen.anomaly.store import ModelStore

FILE = "register.jsonl"
POLICY = "policy"
"""Stands for a person where an installation approves by policy (``auto_approve_models``)."""

Event = Literal["trained", "approved"]
Standing = Literal["champion", "waiting", "refused", "former", "stored"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. ``at`` is a time in Shanghai; ``refused`` says why the version must not score, None when it may."""

    event: Event
    version: str
    by: str
    at: str
    reason: str = ""
    refused: str | None = None
    comparison: Mapping[str, Any] | None = None

    @property
    def is_policy(self) -> bool:
        """Whether nobody but the policy approved."""
        return self.event == "approved" and self.by == POLICY


def read_register(folder: Path) -> list[Entry]:
    """Return the lines of the register in ``folder``, oldest first; none where nothing was entered.

    Raises:
        ModelDamaged: a line was changed or taken out.
    """
    path = folder / FILE
    entries, previous = [], ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines() if path.exists() else [], start=1):
        try:
            body = json.loads(line)
            checksum = body.pop("checksum")
            if body.pop("previous") != previous or checksum != _checksum(body, previous):
                raise ValueError("it is not what was entered")
            entries.append(Entry(**body))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ModelDamaged(
                f"{path}, line {number}: {error}; restore the file from a backup, or move it away and train again"
            ) from error
        previous = checksum
    return entries


def enter(folder: Path, entry: Entry) -> None:
    """Add a line to the register in ``folder``; what is entered already as the last word stays one line."""
    entries = read_register(folder)
    same = [one for one in entries if (one.event, one.version) == (entry.event, entry.version)]
    if entry.event == "trained" and same and (same[-1].refused, same[-1].comparison) == (
        entry.refused, entry.comparison,
    ):  # fmt: skip
        return
    path, body = folder / FILE, asdict(entry)
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    previous = json.loads(lines[-1])["checksum"] if lines else ""
    line = {**body, "previous": previous, "checksum": _checksum(body, previous)}
    folder.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n")


def standing(store: ModelStore, model_id: str, version: str) -> tuple[Standing, str | None]:
    """Return how a version stands, and why it may not score where that is so.

    ``waiting`` may be approved, ``former`` scored once, ``stored`` was put there without being entered.
    """
    entries = [entry for entry in read_register(store.folder / model_id) if entry.version == version]
    if store.champion(model_id) == version:
        return "champion", None
    if any(entry.event == "approved" for entry in entries):
        return "former", None
    trained = [entry for entry in entries if entry.event == "trained"]
    if not trained:
        return "stored", "it was not entered by training: train again"
    if trained[-1].refused is not None:
        return "refused", trained[-1].refused
    against = (trained[-1].comparison or {}).get("champion")
    if against != store.champion(model_id):
        why = f"it was compared with {against or 'no champion'}, and {store.champion(model_id)} scores now: train again"
        return "refused", why
    return "waiting", None


def approve(store: ModelStore, model_id: str, version: str, *, by: str, reason: str, at: datetime) -> Entry:
    """Let ``version`` score from the next night on, in the name of ``by``; a former champion may return.

    Raises:
        ApprovalRefused: the version may not score, who trained it cannot approve it, or no reason is given.
        ModelNotFound: there is no such version.
    """
    store.open(model_id, version)
    state, why_not = standing(store, model_id, version)
    trained = [
        one for one in read_register(store.folder / model_id) if (one.event, one.version) == ("trained", version)
    ]
    if state == "champion":
        raise ApprovalRefused(f"{model_id} {version} scores already")
    if why_not is not None:
        raise ApprovalRefused(f"{model_id} {version} cannot be approved: {why_not}")
    if not by.strip() or not reason.strip():
        raise ApprovalRefused(f"an approval of {model_id} {version} names who approves and why")
    if any(one.by.strip().casefold() == by.strip().casefold() for one in trained):
        raise ApprovalRefused(f"{by} trained {model_id} {version}: somebody else approves it")
    entry = Entry("approved", version, by.strip(), at.isoformat(timespec="seconds"), reason.strip())
    # Entered first: a version that scores has its approval, whenever this is cut off.
    enter(store.folder / model_id, entry)
    store.promote(model_id, version)
    return entry


def _checksum(body: Mapping[str, Any], previous: str) -> str:
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()
