"""Reading the model store and what the published snapshot holds of each model."""

from __future__ import annotations

import re
from pathlib import Path

import dash

from lianshen.anomaly import ModelDamaged, ModelNotFound, ModelStore, standing
from lianshen.anomaly.registry import Entry, read_register
from lianshen.warehouse import compared
from lianshen_dashboards.context import current, desk
from lianshen_dashboards.pages import models
from lianshen_dashboards.parts.common import Part
from lianshen_dashboards.present import Row

NAME = re.compile(r"[A-Z]{2}-\d{2}")


def names(folder: Path | None, runs: dict[str, Row], lacks: dict[str, Row]) -> list[str]:
    """Return the ids of the models that the store or the snapshot knows, also of those that wait for data."""
    stored = folder.iterdir() if folder and folder.is_dir() else ()
    return sorted({path.name for path in stored if NAME.fullmatch(path.name)} | runs.keys() | lacks.keys())


def read(
    model_id: str, folder: Path | None, run: Row | None, lack: Row | None = None, *, whole: bool = False
) -> models.ModelView:
    """Return a model; ``whole`` with its card and its scores."""
    store = ModelStore(folder) if folder else None
    champion = store.champion(model_id) if store else None
    versions, card = [], ""
    for name in store.versions(model_id) if store else []:
        try:
            stored = store.open(model_id, name) if store else None
        except (ModelDamaged, ModelNotFound) as error:
            versions.append(models.Version(name, None, name == champion, str(error)))
            continue
        if stored is not None:
            stands = "champion" if name == champion else _standing(store, model_id, name)
            versions.append(models.Version(name, stored.document, name == champion, "", stands))
            card = stored.card if whole and name == champion else card
    lacks, title = (str(lack["words"]), str(lack["title_zh"])) if lack else ("", "")
    if not whole:
        return models.ModelView(model_id, versions, run, card, lacks=lacks, title_zh=title)
    published = desk().published
    return models.ModelView(
        model_id, versions, run, card, compared.score_classes(published, model_id, models.STEP),
        drift=compared.model_drift(published, model_id), entries=_entries(store, model_id), lacks=lacks,
        title_zh=title,
    )  # fmt: skip


def _standing(store: ModelStore | None, model_id: str, version: str) -> str:
    try:
        return standing(store, model_id, version)[0] if store else "stored"
    except ModelDamaged:
        return "stored"


def _entries(store: ModelStore | None, model_id: str) -> list[Entry]:
    """Return the register of a model; nothing where it was changed, which the list of versions shows as not entered."""
    try:
        return read_register(store.folder / model_id) if store else []
    except ModelDamaged:
        return []


def _said() -> tuple[dict[str, Row], dict[str, Row]]:
    """Return by model what it said in the snapshot, and what it lacks there."""
    published = desk().published
    runs, lacks = compared.model_runs(published), compared.model_lacks(published)
    return {row["model_id"]: row for row in runs}, {row["model_id"]: row for row in lacks}


def every_model(**_query: str) -> Part:
    """Return the list; that there is a model is no secret to anybody who is signed in."""
    current()
    runs, lacks = _said()
    every = names(desk().models, runs, lacks)
    return models.list_page([read(name, desk().models, runs.get(name), lacks.get(name)) for name in every])


def one_model(name: str = "", **_query: str) -> Part:
    """Return one model. Its figures are over the whole province, so a region's own people do not see them."""
    p = current()
    runs, lacks = _said()
    wanted = name.upper()
    if wanted not in names(desk().models, runs, lacks):
        return models.missing(name)
    whole = p.sees_province or not p.sees_cases
    view = read(wanted, desk().models, runs.get(wanted), lacks.get(wanted), whole=whole)
    return models.model_page(view if whole else models.ModelView(view.id, view.versions, shows_figures=False))


def register(app: dash.Dash) -> None:
    """Register both pages."""
    dash.register_page("models", path=models.PATH, title=models.TITLE, layout=every_model)
    dash.register_page("model", path_template=models.MODEL_PATH, title=models.TITLE, layout=one_model)
