"""Changed values on top of a book, for asking what they would cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from lianshen.policy.pack import EVERYONE, Pack, read_pack
from lianshen.policy.reading import Problem, Spot, meant, read
from lianshen.policy.series import Entry, Series, Source
from lianshen.policy.shape import PARAMETERS, Parameter, PolicyError
from lianshen.policy.values import numbers

_KEYS = ("title", "pools", "values", "practices")


def changed(packs: Mapping[str, Pack], path: Path, problems: list[Problem]) -> dict[str, Pack]:
    """Return the packs with those of ``path`` in their place, and note everything wrong with it."""
    if not path.exists():
        raise PolicyError(f"{path}: no such file or folder; give a file of changed values, or the folder of a pack")
    if path.is_dir():
        if not (path / "pack.yaml").is_file():
            raise PolicyError(f"{path}: no pack.yaml in it; give the folder of one pack, as policies/mianyang")
        pack = read_pack(path, problems)
        return {**packs, pack.id: pack}
    content, spot = read(path, problems)
    if not isinstance(content, dict):
        if not problems:
            spot.wrong(f"these keys are wanted: {', '.join(_KEYS)}")
        return dict(packs)
    spot.unknown(content, _KEYS)
    spot.missing(content, ("title", "pools"))
    if "values" not in content and "practices" not in content:
        spot.wrong("values or practices are wanted: what is to be different?")
    found = {**packs, **{pack.id: _with_practices(pack, content, spot) for pack in _targets(packs, content, spot)}}
    targets = [found[pack.id] for pack in _targets(packs, content, Spot(spot.file, []))]
    values = content.get("values", {})
    if not isinstance(values, dict):
        spot.at("values").wrong("parameters are wanted, as inpatient.cap: {2026-01-01: …}")
        return found
    for name, dated in values.items():
        here = spot.at("values", name)
        if name not in PARAMETERS:
            here.wrong(f"unknown parameter{meant(name, PARAMETERS)}")
        elif not isinstance(dated, dict) or not dated or not all(type(day) is date for day in dated):
            here.wrong("dates with a value each are wanted, as 2026-01-01: …")
        elif PARAMETERS[name].unit == "reduction" and (mixed := _mixed_forms(name, targets, dated)):
            here.wrong(f"{mixed}: a number means another thing in each form; name pools of one form at a time")
        else:
            for pack in targets:
                series = _on_top(PARAMETERS[name], pack, dated, str(content.get("title")), here)
                found[pack.id] = replace(found[pack.id], own={**found[pack.id].own, name: series})
    return found


def _targets(packs: Mapping[str, Pack], content: Mapping[Any, Any], spot: Spot) -> list[Pack]:
    """Return the packs of the pools that the file names; all packs with persons for ``all``."""
    wanted = content.get("pools", EVERYONE)
    if wanted == EVERYONE:
        return [pack for pack in packs.values() if pack.has_pools]
    if not isinstance(wanted, list):
        spot.at("pools").wrong('a list of pools in quotes, as ["5107"], or all is wanted')
        return []
    owners = {pool: pack for pack in packs.values() for pool in pack.pools}
    found = {}
    for number, pool in enumerate(wanted, 1):
        if pool not in owners:
            spot.at("pools", number).wrong(f"no pack has the pool {pool!r}; there are {', '.join(sorted(owners))}")
            continue
        left_out = sorted(set(owners[pool].pools) - set(wanted))
        if left_out:
            spot.at("pools", number).wrong(f"its pack is that of {', '.join(left_out)} too: name all of its pools")
        found[owners[pool].id] = owners[pool]
    return list(found.values())


def _with_practices(pack: Pack, content: Mapping[Any, Any], spot: Spot) -> Pack:
    practices = content.get("practices")
    if practices is None:
        return pack
    if not isinstance(practices, list):
        spot.at("practices").wrong("a list of names is wanted, as [xining]")
        return pack
    return replace(pack, practices=tuple(map(str, practices)))


def _mixed_forms(name: str, targets: list[Pack], dated: Mapping[date, Any]) -> str:
    """Return who writes points and who factors, where the file leaves the form to the pools; else nothing."""
    if all(isinstance(value, dict) and "form" in value for value in dated.values()):
        return ""
    writes: dict[str, list[str]] = {}
    for pack in targets:
        base = pack.series.get(name)
        for form in {entry.form for entry in base.entries} if base else ():
            writes.setdefault(str(form), []).append(pack.id)
    return "; ".join(f"{form}: {', '.join(ids)}" for form, ids in sorted(writes.items())) if len(writes) > 1 else ""


def _on_top(parameter: Parameter, pack: Pack, dated: Mapping[date, Any], title: str, spot: Spot) -> Series:
    """Return the series in which the changed leaves hold from their days on, whatever the book says later."""
    base = pack.series.get(parameter.name)
    entries = list(_changed_entries(parameter, pack, base, dated, title, spot))
    before = [entry for entry in base.entries if entry.start < min(dated)] if base else []
    return Series(parameter, (*before, *entries))


def _changed_entries(
    parameter: Parameter, pack: Pack, base: Series | None, dated: Mapping[date, Any], title: str, spot: Spot
) -> Iterator[Entry]:
    first = min(dated)
    starts = sorted({*dated, *(entry.start for entry in (base.entries if base else ()) if entry.start >= first)})
    for start in starts:
        position = base.find(start) if base else -1
        below = base.entries[position] if base and position >= 0 else None
        day = max(one for one in dated if one <= start)
        form = below.form if below else None
        value = dated[day]
        if isinstance(value, dict) and "form" in value:
            form = str(value["form"])
            value = {key: leaf for key, leaf in value.items() if key != "form"}
        whole = _merge(below.value, value) if below and below.form == form else value
        about = below.about if below else "What if"
        # The highest rank, so that nothing prevails over what is asked about.
        source = Source(f"What if: {title}", "national", "illustrative")
        yield Entry(start, whole, numbers(parameter, form, whole, spot.at(day)), source, pack.id, about, form)


def _merge(below: Any, changed: Any) -> Any:
    if isinstance(below, dict) and isinstance(changed, dict):
        return {**below, **{key: _merge(below.get(key), value) for key, value in changed.items()}}
    return changed
