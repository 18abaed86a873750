"""The folder of fitted models: estimators as skops, everything else as JSON, a card to read, hashes over all of it.

``<folder>/<model>/<version>/{model.json, estimators.skops, card.md}`` and ``<folder>/<model>/champion.json``.
A version is written into a hidden folder and renamed, the pointer is replaced in one step: a reader
never meets half a model. skops holds no code, and only the types that trees need are let in.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from lianshen.anomaly.errors import ModelDamaged, ModelNotFound
from lianshen.anomaly.learned import Learned
from lianshen.anomaly.registry import read_register

ALLOWED_TYPES = frozenset(
    {
        "functools.partial",
        "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
        "sklearn.tree._tree.Tree",
        "sklearn.utils.validation.check_array",
    }
)


@lru_cache(maxsize=8)
def _load_estimators(path: Path, checksum: str) -> dict[str, Any]:
    """Return the estimators of a file; kept for the next night of the same process while the checksum is the same."""
    import skops.io
    from skops.io.exceptions import UntrustedTypesFoundException

    try:
        loaded: dict[str, Any] = skops.io.load(path, trusted=sorted(ALLOWED_TYPES))
    except UntrustedTypesFoundException as error:
        raise ModelDamaged(f"{path} asks for types that no model here needs ({error}): train again") from error
    return loaded


@dataclass(frozen=True)
class StoredModel:
    """One version as it lies in the store, verified. ``document`` is model.json."""

    model_id: str
    version: str
    folder: Path
    document: dict[str, Any]

    @property
    def card(self) -> str:
        """The card as Markdown, with what the version was compared with and who let it score."""
        from lianshen.anomaly.card import register_section

        entries = [entry for entry in read_register(self.folder.parent) if entry.version == self.version]
        return (self.folder / "card.md").read_text(encoding="utf-8") + register_section(entries)

    def load(self) -> Learned:
        """Return what the version learned, ready to judge.

        Raises:
            ModelDamaged: the file asks for a type that no model here needs.
        """
        estimators = _load_estimators(self.folder / "estimators.skops", self.document["files"]["estimators.skops"])
        return Learned(self.document["fit"], estimators)


@dataclass(frozen=True)
class ModelStore:
    """The models under ``folder``, which need not exist yet."""

    folder: Path

    def versions(self, model_id: str) -> list[str]:
        """Return the stored versions by name."""
        return sorted(path.parent.name for path in (self.folder / model_id).glob("[!.]*/model.json"))

    def champion(self, model_id: str) -> str | None:
        """Return the version that scores, or None when none was promoted."""
        pointer = self.folder / model_id / "champion.json"
        if not pointer.exists():
            return None
        return str(json.loads(pointer.read_text(encoding="utf-8"))["version"])

    def approved_by(self, model_id: str) -> str | None:
        """Return who approved the version that scores; None where nobody is entered."""
        version = self.champion(model_id)
        entries = read_register(self.folder / model_id)
        return next((e.by for e in reversed(entries) if (e.event, e.version) == ("approved", version)), None)

    def open(self, model_id: str, version: str) -> StoredModel:
        """Return a version whose files are the ones that were written.

        Raises:
            ModelNotFound: the store has no such version.
            ModelDamaged: a file was changed, or is gone.
        """
        folder = self.folder / model_id / version
        if not (folder / "model.json").exists():
            known = ", ".join(self.versions(model_id)) or "none"
            raise ModelNotFound(f"no version {version} of {model_id} in {self.folder}; stored versions: {known}")
        try:
            document = json.loads((folder / "model.json").read_text(encoding="utf-8"))
            written = {"model.json": document.pop("checksum"), **document["files"]}
        except (ValueError, KeyError, AttributeError, TypeError) as error:
            raise ModelDamaged(f"{folder / 'model.json'} cannot be read ({error}): {_MEND}") from error
        for name, checksum in written.items():
            found = _checksum(_canonical(document)) if name == "model.json" else _file_checksum(folder / name)
            if found != checksum:
                raise ModelDamaged(f"{folder / name} is not the file that was written: {_MEND}")
        return StoredModel(model_id, version, folder, document)

    def save(self, model_id: str, version: str, document: dict[str, Any], learned: Learned, card: str) -> StoredModel:
        """Store a version; one that is there already is verified and kept, since the same version is the same model."""
        target = self.folder / model_id / version
        if target.exists():
            return self.open(model_id, version)
        import skops.io

        target.parent.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(prefix=".building-", dir=target.parent))
        try:
            skops.io.dump(learned.estimators, building / "estimators.skops")
            (building / "card.md").write_text(card, encoding="utf-8")
            files = {name: _file_checksum(building / name) for name in ("estimators.skops", "card.md")}
            whole = json.loads(_canonical({**document, "fit": learned.facts, "files": files}))
            whole["checksum"] = _checksum(_canonical(whole))
            (building / "model.json").write_text(json.dumps(whole, ensure_ascii=False, indent=1), encoding="utf-8")
            building.chmod(0o755)
            os.replace(building, target)
        except BaseException:
            shutil.rmtree(building, ignore_errors=True)
            raise
        return self.open(model_id, version)

    def promote(self, model_id: str, version: str) -> None:
        """Let ``version`` score from now on; the next run scores every stay with it."""
        self.open(model_id, version)
        pointer = self.folder / model_id / "champion.json"
        fresh = pointer.with_suffix(".json.new")
        fresh.write_text(json.dumps({"version": version}), encoding="utf-8")
        os.replace(fresh, pointer)


_MEND = "delete the version's folder and run 'lianshen models train', which gives the same version from the same data"


def _canonical(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _file_checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "missing"
