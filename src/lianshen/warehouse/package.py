"""Landing packages: what a sender puts into the landing folder, one folder per delivery.

``docs/landing.md`` is the contract. A folder without ``manifest.json`` is still arriving and is left alone.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from lianshen.errors import LianshenError

MANIFEST = "manifest.json"
_FOLDER = re.compile(r"^(\d{4}-\d{2}-\d{2})(?:\.([1-9]\d*))?$")
_AMOUNT = re.compile(r"^-?\d+(\.\d+)?$")


class PackageRefused(LianshenError):
    """A package whose manifest cannot be used, or that was altered after it was received."""


def _plain_name(name: str) -> str:
    if name != Path(name).name or name in ("", ".", ".."):
        raise ValueError(f"'{name}' is not the name of a file in the package's own folder")
    if not name.lower().endswith((".csv", ".csv.gz", ".parquet")):
        raise ValueError(f"'{name}' is neither .parquet, .csv nor .csv.gz")
    return name


def _amount(text: str) -> str:
    if not _AMOUNT.match(text):
        raise ValueError(f"'{text}' is not a decimal number with a point")
    return text


class FileEntry(BaseModel):
    """One file of a table. ``encoding`` concerns CSV only."""

    model_config = ConfigDict(frozen=True)

    name: Annotated[str, AfterValidator(_plain_name)]
    rows: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-fA-F]{64}$")
    encoding: Literal["utf-8", "utf8", "UTF-8", "gb18030", "GB18030", "gbk", "GBK"] = "utf-8"

    @property
    def codec(self) -> str:
        """Return the name that Python and Arrow know; GB18030 contains GBK."""
        return "utf8" if self.encoding.lower() in ("utf-8", "utf8") else "gb18030"


class TableEntry(BaseModel):
    """What a package says of one table. ``control`` holds sums over all rows, as text."""

    model_config = ConfigDict(frozen=True)

    mode: Literal["delta", "snapshot"]
    files: tuple[FileEntry, ...]
    control: dict[str, Annotated[str, AfterValidator(_amount)]] = Field(default_factory=dict)

    @property
    def rows(self) -> int:
        return sum(file.rows for file in self.files)


class Manifest(BaseModel):
    """The contents of ``manifest.json``; entries that this version does not know are ignored."""

    model_config = ConfigDict(frozen=True)

    format: Literal["lianshen-landing/1"]
    business_date: date
    source: str
    sequence: int = Field(default=1, ge=1)
    tables: dict[str, TableEntry]


@dataclass(frozen=True)
class Package:
    """A complete package: ``name`` is the folder's, ``refused`` says why the manifest cannot be used, if so."""

    name: str
    folder: Path
    business_date: date
    sequence: int
    source: str
    manifest: Manifest | None
    manifest_sha256: str
    refused: str | None = None

    def require_manifest(self) -> Manifest:
        """Return the manifest, or raise :class:`PackageRefused` with the reason."""
        if self.manifest is None:
            raise PackageRefused(self.refused or f"{self.folder}: no usable manifest")
        return self.manifest


def find_packages(landing: Path) -> list[Package]:
    """Return the complete packages of ``landing``, oldest business date first, then by sequence.

    A package with an unusable manifest is returned too, with ``refused`` set: one sender's mistake must not
    hide the packages of the others.
    """
    if not landing.is_dir():
        return []
    found = [
        read_package(folder) for folder in landing.iterdir() if _FOLDER.match(folder.name) and _is_complete(folder)
    ]
    return sorted(found, key=lambda package: (package.business_date, package.sequence))


def _is_complete(folder: Path) -> bool:
    return folder.is_dir() and (folder / MANIFEST).is_file()


def read_package(folder: Path) -> Package:
    """Read one package folder. Raise :class:`PackageRefused` when its name is no date or it has no manifest."""
    match = _FOLDER.match(folder.name)
    if match is None:
        raise PackageRefused(f"{folder}: name the folder by its business date, such as 2026-11-20 or 2026-11-20.2")
    if not _is_complete(folder):
        raise PackageRefused(f"{folder}: no {MANIFEST} yet; the sender writes it last")
    data = (folder / MANIFEST).read_bytes()
    sequence = int(match.group(2) or 1)
    refused, manifest = None, None
    try:
        day = date.fromisoformat(match.group(1))
    except ValueError:
        day, refused = date.min, f"{folder}: {match.group(1)} is not a day of the calendar; rename the folder"
    if refused is None:
        manifest, refused = _read_manifest(folder, data, day, sequence)
    source = manifest.source if manifest else ""
    return Package(folder.name, folder, day, sequence, source, manifest, hashlib.sha256(data).hexdigest(), refused)


def _read_manifest(folder: Path, data: bytes, day: date, sequence: int) -> tuple[Manifest | None, str | None]:
    where = folder / MANIFEST
    try:
        manifest = Manifest.model_validate_json(data.removeprefix(b"\xef\xbb\xbf"))
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'file'}: {e['msg']}" for e in error.errors())
        return None, f"{where}: {problems}; the sender corrects it and sends the package again"
    if (manifest.business_date, manifest.sequence) != (day, sequence):
        says = f"{manifest.business_date}, sequence {manifest.sequence}"
        return None, f"{where}: says {says}, but the folder is {folder.name}; rename the folder or correct the manifest"
    twice = {f.name for t in manifest.tables.values() for f in t.files}
    if len(twice) != sum(len(t.files) for t in manifest.tables.values()):
        return None, f"{where}: a file is listed twice; list each file once"
    return manifest, None


def order_key(name: str) -> tuple[str, int]:
    """Return what packages are ordered by: business date, then sequence."""
    day, _, sequence = name.partition(".")
    return day, int(sequence or 1)
