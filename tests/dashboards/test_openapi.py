"""The interface keeps what its description says, whoever asks and whatever is sent: Schemathesis finds nothing."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from dashboards.conftest import Server, SignIn
from dashboards.seed import LEAD
from dashboards.systems import system
from fastapi import FastAPI

from lianshen.cases import services
from lianshen.cases.filters import CaseFilter
from lianshen.cases.store import Casebook

EXAMPLES = os.environ.get("LIANSHEN_SCHEMA_EXAMPLES", "4")
"""At random, for each operation and role, beside those of every bound; more now and then."""
ROLES = ("fuze", "xitong", "token")


def with_known_names(said: dict[str, Any], book: Casebook) -> dict[str, Any]:
    """Return the description with cases and lines that there are in the place of texts at random."""
    found = services.list_cases(LEAD, book, CaseFilter(region=("510700",)), 0, 500)["items"]
    numbers = [case["case_no"] for case in found][:12]
    lines = [line["bkkp_sn"] for line in services.get_lines(LEAD, book, numbers[0])]
    known = {"case_no": [*numbers, "SC20260101-AAAAAA"], "bkkp_sn": [*lines, "X"]}
    said = copy.deepcopy(said)
    for operations in said["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "path" and parameter["name"] in known:
                    parameter["schema"] = {"type": "string", "enum": known[parameter["name"]]}
    return said


def test_every_answer_names_its_fields(app: FastAPI) -> None:
    said = app.openapi()
    unnamed = []
    for path, operations in said["paths"].items():
        for method, operation in operations.items():
            for status, answer in operation["responses"].items():
                if not status.startswith("2"):
                    continue
                for kind, content in answer["content"].items():
                    one = content["schema"].get("items", content["schema"])
                    if kind == "application/json" and "$ref" not in one and "anyOf" not in one:
                        unnamed.append((method, path))
    assert unnamed == []
    schemas = said["components"]["schemas"]
    assert [name for name, one in schemas.items() if one.get("type") == "object" and not one.get("properties")] == [
        "Facts"
    ]


def test_a_list_names_money_dates_and_what_may_be_missing(app: FastAPI) -> None:
    row = app.openapi()["components"]["schemas"]["ListedCase"]
    assert row["properties"]["at_issue"]["pattern"] == r"^-?\d+\.\d{2}$"
    assert row["properties"]["night"]["format"] == "date"
    assert {one["type"] for one in row["properties"]["due_at"]["anyOf"]} == {"string", "null"}
    assert row["additionalProperties"] is False


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_every_operation_keeps_its_description(
    sign_in: SignIn, app: FastAPI, book: Casebook, server: Server, tmp_path: Path, role: str
) -> None:
    if role == "token":
        headers = {"Authorization": system(app, book, role="region_lead").headers["Authorization"]}
    else:
        client = sign_in(role)
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        headers = {"Cookie": cookie, "X-CSRFToken": client.headers["X-CSRFToken"]}
    description = tmp_path / "openapi.json"
    description.write_text(json.dumps(with_known_names(app.openapi(), book)), encoding="utf-8")
    command = [str(Path(sys.executable).parent / "schemathesis"), "run", str(description), "--url", server.url,
               "--phases", "examples,coverage,fuzzing", "--max-examples", EXAMPLES, "--seed", "7",
               "--generation-deterministic", "--no-color", "--output-truncate", "true",
               "--generation-with-security-parameters", "false", "--report-json-path", str(tmp_path / "found.json"),
               # What the procedure forbids cannot be said in a schema; that it is refused well is checked.
               "--exclude-checks", "positive_data_acceptance"]  # fmt: skip
    for name, value in headers.items():
        command += ["--header", f"{name}: {value}"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    report = tmp_path / "found.json"
    assert report.exists(), done.stdout + done.stderr
    said = json.loads(report.read_text(encoding="utf-8"))
    found = [(one["title"], one["operations"]) for one in (*said["failures"], *said["errors"])]
    assert found == [], done.stdout
    assert done.returncode == 0, done.stdout
    assert said["operations"]["tested"] == said["operations"]["total"] > 50
