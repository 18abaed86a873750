"""What queue, case and overview look like, light and dark, held against small pictures that somebody looked at.

``LIANSHEN_BASELINES=write`` takes them anew. They are a quarter of the window, so that a letter more or less says
nothing and a card that moved does; where text is set in another font than when they were taken, nothing is compared.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dashboards.browsing import Open, opener
from dashboards.conftest import Server
from dashboards.seed import LEAD

from lianshen.cases import services
from lianshen.cases.filters import CaseFilter
from lianshen.cases.store import Casebook

FOLDER = Path(__file__).parent / "baselines"
WRITE = os.environ.get("LIANSHEN_BASELINES") == "write"
WINDOW = {"width": 1366, "height": 768}
SHRINK = 4
FAR = 40
"""Of 255: from here on a pixel of the small picture is another one."""
MOST_FAR = 0.03
"""The part of the pixels that may be: words of a clock change, a part of the page does not."""
COMPARE = """async ([shot, kept, shrink]) => {
  const load = (data) => new Promise((done, fail) => {
    const image = new Image();
    image.onload = () => done(image);
    image.onerror = fail;
    image.src = "data:image/png;base64," + data;
  });
  const drawn = async (data, width, height) => {
    const image = await load(data);
    const canvas = document.createElement("canvas");
    canvas.width = width || image.width / shrink | 0;
    canvas.height = height || image.height / shrink | 0;
    const context = canvas.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas;
  };
  const now = await drawn(shot);
  const small = now.toDataURL("image/png").split(",")[1];
  if (!kept) return { small, differing: 1 };
  const then = await drawn(kept, now.width, now.height);
  const pixels = (canvas) => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  const a = pixels(now), b = pixels(then);
  let far = 0;
  for (let i = 0; i < a.length; i += 4)
    if (Math.max(Math.abs(a[i] - b[i]), Math.abs(a[i + 1] - b[i + 1]), Math.abs(a[i + 2] - b[i + 2])) > FAR) far += 1;
  return { small, differing: far * 4 / a.length };
}""".replace("FAR", str(FAR))


def font() -> str:
    """Return the name and the size of the file that Chinese text is set in here."""
    if not shutil.which("fc-match"):
        return "unknown"
    found = subprocess.run(
        ["fc-match", "-f", "%{file}", "Noto Sans CJK SC"], capture_output=True, text=True, check=True
    )
    path = Path(found.stdout)
    return f"{path.name} {path.stat().st_size}" if path.exists() else "none"


@pytest.fixture
def open_as(server: Server, chromium: Any) -> Iterator[Open]:
    with opener(chromium, server) as opened:
        yield opened


def compared(chromium: Any, shot: str, kept: str, shrink: int) -> dict[str, Any]:
    """Return the small picture of a shot, and the part of its pixels that are others than in the one that was kept."""
    table = chromium.new_context()
    found: dict[str, Any] = table.new_page().evaluate(COMPARE, [shot, kept, shrink])
    table.close()
    return found


@pytest.mark.browser
def test_the_comparison_tells_one_page_from_another_and_a_page_from_itself(chromium: Any) -> None:
    queue, case = (base64.b64encode((FOLDER / f"{name}-light.png").read_bytes()).decode() for name in ("queue", "case"))
    assert compared(chromium, queue, case, 1)["differing"] > 3 * MOST_FAR
    assert compared(chromium, queue, queue, 1)["differing"] == 0


def address(name: str, book: Casebook) -> str:
    case = services.list_cases(LEAD, book, CaseFilter(state=("new",), severity=(3,)), 0, 1)["items"][0]["case_no"]
    return {"queue": "/queue?state=new", "case": f"/cases/{case}", "overview": "/overview"}[name]


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["queue", "case", "overview"])
def test_a_page_looks_as_it_did(open_as: Open, book: Casebook, chromium: Any, name: str, theme: str) -> None:
    file, about = FOLDER / f"{name}-{theme}.png", FOLDER / "taken_with.json"
    taken_with = json.loads(about.read_text(encoding="utf-8"))["font"] if about.exists() else ""
    if not WRITE and taken_with != font():
        pytest.skip(f"the pictures were taken with {taken_with or 'nothing'}, here is {font()}: text is set otherwise")
    page = open_as("shenhe", address(name, book), color_scheme=theme)
    page.set_viewport_size(WINDOW)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1500)
    shot = base64.b64encode(page.screenshot(animations="disabled", caret="hide")).decode()
    kept = base64.b64encode(file.read_bytes()).decode() if file.exists() and not WRITE else ""
    found = compared(chromium, shot, kept, SHRINK)
    if WRITE:
        FOLDER.mkdir(exist_ok=True)
        file.write_bytes(base64.b64decode(found["small"]))
        about.write_text(json.dumps({"font": font()}) + "\n", encoding="utf-8")
        return
    assert found["differing"] <= MOST_FAR, f"{found['differing']:.1%} of {name} in {theme} is not as it was"
