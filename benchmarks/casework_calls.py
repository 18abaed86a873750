"""The calls that people's browsers and agencies' systems make, by one user and by many at once."""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections import Counter
from typing import Any

import httpx

Found = dict[str, dict[str, float]]
FILTERS = (
    "state=new", "state=released,accepted,returned", "", "state=closed", "region=510100", "severity=3&state=new",
    "rule=AD-01", "due=overdue", "region=510700&state=accepted", "min_amount=5000", "level=02&severity=2,3",
    "insured=510100", "since=2026-01-01&state=submitted", "decision=dismissed",
)  # fmt: skip
CENTRE_LOOKS_AT = ("state=new", "state=new&severity=3", "state=submitted", "", "q=人民医院")
AGENCIES_LOOK_AT = ("state=released", "state=accepted", "due=3d", "", "mine=true")
SEARCHES = ("q=人民医院", "q=肺炎", "q=妇幼", "q=SC2026", "q=成都新区&state=new", "q=I63.902", "q=没有这样的机构")


def cost(times: list[float]) -> dict[str, float]:
    """Return number, median and 95th percentile of milliseconds."""
    ordered = sorted(times)
    return {"calls": len(ordered), "p50": statistics.median(ordered), "p95": ordered[int(0.95 * (len(ordered) - 1))]}


def client(url: str, person: dict[str, str], **options: Any) -> dict[str, Any]:
    """Return what a client of a signed-in person is made with."""
    cookies = {"sid": person["token"], "_csrf_token": person["csrf"]}
    return {"base_url": url, "cookies": cookies, "headers": {"X-CSRFToken": person["csrf"]}, "timeout": 60, **options}


def one_user(url: str, person: dict[str, str], rounds: int) -> Found:
    """Return what each call costs while nobody else calls."""
    draw = random.Random(1)
    times: dict[str, list[float]] = {}
    with httpx.Client(**client(url, person)) as web:

        def call(name: str, path: str) -> Any:
            begun = time.perf_counter()
            answer = web.get(path)
            times.setdefault(name, []).append((time.perf_counter() - begun) * 1000)
            answer.raise_for_status()
            return answer.json()

        numbers = _numbers(web)
        for turn in range(rounds):
            for query in FILTERS:
                call("list", f"/api/v1/cases?{query}")
                call("facets", f"/api/v1/cases/facets?{query}")
            for query in SEARCHES:
                call("list, searching for text", f"/api/v1/cases?{query}")
                call("facets, searching for text", f"/api/v1/cases/facets?{query}")
            for sort in ("-at_issue", "due_at", "-discharge", "inst", "-score"):
                call("list, sorted otherwise", f"/api/v1/cases?sort={sort}")
            call("list, from row 4,200", "/api/v1/cases?start=4200&end=4300")
            for number in draw.sample(numbers, 10):
                call("case", f"/api/v1/cases/{number}")
                call("lines", f"/api/v1/cases/{number}/lines")
                call("events", f"/api/v1/cases/{number}/events")
                call("related", f"/api/v1/cases/{number}/related")
            if turn == 0:
                # The first time fills caches; it is what one user waits for once.
                times = {"the very first list": times["list"][:1]}
    return {name: cost(some) for name, some in times.items()}


def _numbers(web: httpx.Client) -> list[str]:
    found = []
    for query in ("state=new", "state=accepted", "state=closed", "severity=3"):
        found += [case["case_no"] for case in web.get(f"/api/v1/cases?{query}&end=100").json()["items"]]
    return found


async def crowd(url: str, people: list[dict[str, str]], seconds: float, think: float) -> dict[str, Any]:
    """Let everybody work for so long: look at a list with its counts, read cases, move some.

    Between an answer and the next call a person takes ``think`` seconds on average. A conflict is an answer, not an
    error: two people reached for the same case.
    """
    times: dict[str, list[float]] = {}
    kinds: Counter[str] = Counter()
    until = time.perf_counter() + seconds
    await asyncio.gather(*(_work(url, one, until, think, times, kinds) for one in people))
    every = [ms for some in times.values() for ms in some]
    return {"users": len(people), **cost(every), "errors": sum(kinds.values()), "kinds": dict(kinds.most_common(5)),
            "by_call": {name: cost(some) for name, some in sorted(times.items())}}  # fmt: skip


async def _work(
    url: str, person: dict[str, str], until: float, think: float,
    times: dict[str, list[float]], kinds: Counter[str],
) -> None:  # fmt: skip
    draw = random.Random(person["login"])
    # Less than the server keeps an idle connection: a person who thought for five seconds would meet a closed one.
    limits = httpx.Limits(keepalive_expiry=3)
    async with httpx.AsyncClient(**client(url, person), limits=limits) as web:

        async def call(name: str, method: str, path: str, body: Any = None) -> Any:
            begun = time.perf_counter()
            try:
                answer = await web.request(method, path, json=body)
            except httpx.HTTPError as error:
                kinds[f"{name}: {type(error).__name__}"] += 1
                return None
            times.setdefault(name, []).append((time.perf_counter() - begun) * 1000)
            if answer.status_code not in (200, 409):
                kinds[f"{name}: {answer.status_code} {answer.text[:80]}"] += 1
            await asyncio.sleep(draw.expovariate(1 / think) if think else 0)
            return answer.json() if answer.status_code == 200 else None

        await asyncio.sleep(draw.uniform(0, max(think, 0.5)))
        centre = person["role"] in ("reviewer", "lead")
        while time.perf_counter() < until:
            query = draw.choice(CENTRE_LOOKS_AT if centre else AGENCIES_LOOK_AT)
            found = await call("list", "GET", f"/api/v1/cases?{query}")
            await call("facets", "GET", f"/api/v1/cases/facets?{query}")
            for case in draw.sample(found["items"], min(4, len(found["items"]))) if found else []:
                await call("case", "GET", f"/api/v1/cases/{case['case_no']}")
                await call("lines", "GET", f"/api/v1/cases/{case['case_no']}/lines")
                for action in ("release", "accept"):
                    if action in case["actions"] and draw.random() < 0.5:
                        path = f"/api/v1/cases/{case['case_no']}/{action}"
                        await call("action", "POST", path, {"version": case["version"]})
