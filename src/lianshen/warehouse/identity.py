"""Personal identifiers become keyed hashes on the way in; the key never enters the warehouse.

HMAC-SHA256 under one secret key gives the same person the same hash in every table and every night, so that
people can be matched without their numbers. Losing the key means that new records no longer match old ones.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
from duckdb import func as duckdb_func

from lianshen.errors import LianshenError

_BYTES = 32


class IdentityKeyError(LianshenError):
    """The key file is missing, unreadable, too open, or not the one that this warehouse was built with."""


@dataclass(frozen=True, repr=False)
class IdentityKey:
    """The secret under which identifiers are hashed."""

    secret: bytes

    @property
    def fingerprint(self) -> str:
        """Return what may be stored and shown: it tells keys apart and does not reveal them."""
        return hmac.digest(self.secret, b"lianshen identity key fingerprint", hashlib.sha256).hex()[:16]

    def hash(self, kind: str, value: str) -> str:
        """Return the hash of one identifier. ``kind`` keeps a name from ever matching a number."""
        text = f"{kind}\x1f{value.strip().upper()}".encode()
        return hmac.digest(self.secret, text, hashlib.sha256).hex()[:32]

    @classmethod
    def load(cls, path: Path) -> IdentityKey:
        """Read the key file. Raise :class:`IdentityKeyError` when it is missing, malformed or readable by others."""
        if not path.is_file():
            raise IdentityKeyError(
                f"{path}: no identity key; put back the key of this warehouse, "
                "or for a new warehouse make one with 'lianshen warehouse key'"
            )
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise IdentityKeyError(f"{path}: other users can read the identity key; run: chmod 600 {path}")
        text = path.read_text("ascii", errors="replace").strip()
        try:
            secret = bytes.fromhex(text)
        except ValueError:
            secret = b""
        if len(secret) != _BYTES:
            raise IdentityKeyError(f"{path}: not an identity key: expected {_BYTES * 2} hexadecimal digits")
        return cls(secret)

    @classmethod
    def create(cls, path: Path) -> IdentityKey:
        """Write a new key file that only its owner can read. Raise :class:`IdentityKeyError` when one is there."""
        path.parent.mkdir(parents=True, exist_ok=True)
        key = cls(secrets.token_bytes(_BYTES))
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise IdentityKeyError(f"{path}: there is an identity key already; it is never overwritten") from None
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(key.secret.hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
        return key

    @classmethod
    def load_or_create(cls, path: Path) -> IdentityKey:
        """Read the key file, or make it when the warehouse is new."""
        return cls.load(path) if path.exists() else cls.create(path)


def bind_key(con: duckdb.DuckDBPyConnection, key: IdentityKey) -> None:
    """Tie the warehouse to the key on first use; raise :class:`IdentityKeyError` when another key built it."""
    stored = con.execute("SELECT fingerprint FROM intake.identity").fetchone()
    if stored is None:
        con.execute("INSERT INTO intake.identity VALUES (?)", [key.fingerprint])
    elif stored[0] != key.fingerprint:
        raise IdentityKeyError(
            f"the identity key has fingerprint {key.fingerprint}, but this warehouse was built with {stored[0]}: "
            "persons would no longer match; point LIANSHEN_IDENTITY_KEY to the warehouse's own key file"
        )


def install_hash(con: duckdb.DuckDBPyConnection, key: IdentityKey) -> None:
    """Give the connection the function ``identifier_hash(kind, value)``; take it away with :func:`remove_hash`."""
    seen: dict[tuple[str, str], str] = {}

    def hashed(kinds: pa.Array, values: pa.Array) -> pa.Array:
        out: list[str | None] = []
        for kind, value in zip(kinds.to_pylist(), values.to_pylist(), strict=True):
            if value is None:
                out.append(None)
                continue
            known = seen.get((kind, value))
            if known is None:
                known = seen[(kind, value)] = key.hash(kind, value)
            out.append(known)
        return pa.array(out, pa.string())

    con.create_function(
        "identifier_hash",
        hashed,
        ["VARCHAR", "VARCHAR"],
        "VARCHAR",
        type=duckdb_func.PythonUDFType.ARROW,
    )


def remove_hash(con: duckdb.DuckDBPyConnection) -> None:
    con.remove_function("identifier_hash")


def sex_of_certno_sql(certno: str) -> str:
    """Return the DuckDB expression for '1' or '2' from digit 17, null unless the GB 11643 check digit is right."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    text = f"UPPER(TRIM({certno}))"
    total = " + ".join(f"{w} * (ASCII(SUBSTR({text}, {i}, 1)) - 48)" for i, w in enumerate(weights, 1))
    check = f"SUBSTR('10X98765432', ({total}) % 11 + 1, 1)"
    day = f"SUBSTR({text}, 7, 4) || '-' || SUBSTR({text}, 11, 2) || '-' || SUBSTR({text}, 13, 2)"
    return (
        f"CASE WHEN regexp_matches({text}, '^[0-9]{{17}}[0-9X]$') AND TRY_CAST({day} AS DATE) IS NOT NULL "
        f"AND {check} = SUBSTR({text}, 18, 1) "
        f"THEN CASE WHEN (ASCII(SUBSTR({text}, 17, 1)) - 48) % 2 = 1 THEN '1' ELSE '2' END END"
    )
