"""Landing packages in, checked rows merged, every row and yuan accounted for."""

from lianshen.warehouse import marts
from lianshen.warehouse.accounts import AccountRow, ControlRow, account, prove
from lianshen.warehouse.connect import open_warehouse
from lianshen.warehouse.identity import IdentityKey, IdentityKeyError
from lianshen.warehouse.marts import Touched
from lianshen.warehouse.package import Manifest, Package, PackageRefused, find_packages, read_package
from lianshen.warehouse.publish import publish
from lianshen.warehouse.published import open_published
from lianshen.warehouse.replay import replay_quarantine
from lianshen.warehouse.schema import CheckSpec, ColumnSpec, TableSpec, landed_tables
from lianshen.warehouse.settle import Receipt, settle_in
from lianshen.warehouse.staged import Staged, StagedTable
from lianshen.warehouse.staging import is_received, stage
from lianshen.warehouse.tables import WarehouseError, known_tables

__all__ = [
    "AccountRow",
    "CheckSpec",
    "ColumnSpec",
    "ControlRow",
    "IdentityKey",
    "IdentityKeyError",
    "Manifest",
    "Package",
    "PackageRefused",
    "Receipt",
    "Staged",
    "StagedTable",
    "TableSpec",
    "Touched",
    "WarehouseError",
    "account",
    "find_packages",
    "is_received",
    "known_tables",
    "landed_tables",
    "marts",
    "open_published",
    "open_warehouse",
    "prove",
    "publish",
    "read_package",
    "replay_quarantine",
    "settle_in",
    "stage",
]
