"""Everyday hospital stays: for what, how long, at what cost."""

from __future__ import annotations

import numpy as np

from lianshen.province.arrow import Ints
from lianshen.province.bills import (
    DAY,
    M_DAY_SURGERY,
    M_FROM_EMERGENCY,
    M_REFERRED,
    M_REMOTE,
    M_STAY,
    STAY,
    Bills,
    times,
)
from lianshen.province.medicine import CHEMO, DEPARTMENT_OF, IS_MILD, IS_OPERATED, PROFILE_OF, acute_for, draw_stay
from lianshen.province.people import EMERGENCY as FILED_EMERGENCY
from lianshen.province.people import INCOMING, LOCAL, OUTGOING, REFERRAL, People
from lianshen.province.places import PRIMARY, SECONDARY, TERTIARY, Places

_LENGTH_OF_STAY = {PRIMARY: 6.5, SECONDARY: 8.0, TERTIARY: 8.5}
_NO = -1


def stays(rng: np.random.Generator, people: People, places: Places, who: Ints, level: Ints, settled: int) -> Bills:
    """Return stays that are settled on one day."""
    n = len(who)
    age = people.age(who, np.full(n, settled))
    level = np.where(people.scope[who] == OUTGOING, TERTIARY, level)
    diag = draw_stay(rng, people.sex[who], age, level == PRIMARY)
    diag = acute_for(diag, age, (people.filing[who] == FILED_EMERGENCY) & (people.scope[who] != LOCAL))
    mean = np.array([0, _LENGTH_OF_STAY[PRIMARY], _LENGTH_OF_STAY[SECONDARY], _LENGTH_OF_STAY[TERTIARY]])[level]
    length = np.clip(rng.gamma(2.2, mean / 2.2).round(), 1, 45).astype(np.int64)
    profile = PROFILE_OF[diag]
    day_surgery = (level == TERTIARY) & IS_OPERATED[diag] & (rng.random(n) < 0.14) & (profile != 5) & (profile != 3)
    # Day surgery is planned: who comes as an emergency has none.
    day_surgery &= ~((people.filing[who] == FILED_EMERGENCY) & (people.scope[who] != LOCAL))
    length = np.where(day_surgery, (rng.random(n) < 0.5).astype(np.int64), length)
    mild = IS_MILD[diag]
    # What a clinic could treat is admitted when it is worse than usual: it takes some days and costs accordingly.
    length = np.where(mild & ~day_surgery, np.maximum(length, 4), length)
    end = settled - (rng.random(n) < 0.2).astype(np.int64)
    begin = np.maximum(end - length, people.birth[who])
    begin_time = begin * DAY + ((8 + rng.random(n) * 1.9) * 3600).astype(np.int64)
    end_time = end * DAY + ((14.5 + rng.random(n) * 2.4) * 3600).astype(np.int64)
    settle = np.where(
        end == settled, end_time + (rng.random(n) * 3600).astype(np.int64) + 300, settled * DAY + times(rng, n)
    )
    cross = people.scope[who] == INCOMING
    mu = np.select([cross & (level == TERTIARY), level == PRIMARY, level == SECONDARY], [9.69, 7.82, 8.52], 9.26)
    sigma = np.select([cross & (level == TERTIARY), level == PRIMARY, level == SECONDARY], [0.90, 0.55, 0.65], 0.80)
    # Long stays cost more: half of the spread of the cost comes from the length.
    push = 0.5 * (np.log(np.maximum(length, 1) / mean) + 0.25)
    usual = sigma * (0.5 * np.sin(diag * 2.4) + np.where(IS_OPERATED[diag], 0.3, -0.2))
    cost = np.exp(rng.normal(mu - 0.15, sigma * 0.45) + usual + push)
    cost = np.where(mild, np.maximum(cost, 0.8 * np.exp(mu - 0.15 + usual)), cost)
    target = (np.clip(cost, 300, 400_000) * 100).astype(np.int64)
    median = np.select([cross & (level == TERTIARY), level == PRIMARY, level == SECONDARY], [215, 66, 112], 172)
    spread = np.select([cross & (level == TERTIARY), level == PRIMARY, level == SECONDARY], [0.6, 0.5, 0.5], 0.6)
    lines = np.clip(np.exp(rng.normal(np.log(median), spread)) * np.exp(push * 0.5), 12, 1400).astype(np.int64)
    filing = people.filing[who]
    u = rng.random(n)
    med = np.select(
        [
            day_surgery,
            (filing == FILED_EMERGENCY) & (people.scope[who] != LOCAL) & (who % 2 == 0),
            (filing == REFERRAL) & (u < 0.3),
            u < 0.1,
        ],
        [M_DAY_SURGERY, M_FROM_EMERGENCY, M_REFERRED, np.where(people.scope[who] == LOCAL, M_STAY, M_REMOTE)],
        M_STAY,
    )
    v = rng.random(n)
    leave = np.select([v < 0.93, v < 0.95, v < 0.97, v < 0.985], [1, 3, 4, 9], 1)
    # Who goes after one night, and neither came for an operation nor for a planned cycle, goes against advice.
    leave = np.where((length <= 1) & ~IS_OPERATED[diag] & (profile != CHEMO), 4, leave)
    return Bills(
        person=who,
        place=places.choose(rng, people.treat[who], level),
        care=np.full(n, STAY),
        begin=begin,
        end=end,
        begin_time=begin_time,
        end_time=end_time,
        settle_time=settle,
        diag=diag,
        profile=profile,
        department=DEPARTMENT_OF[diag],
        filing=filing,
        true_filing=filing.copy(),
        nth=1 + (rng.random(n) < 0.3).astype(np.int64) + (rng.random(n) < 0.08),
        med_type=med,
        leave=leave,
        transferred_from=np.full(n, _NO),
        target=target,
        lines=lines,
        directed=np.full(n, _NO),
    )
