"""Who prescribes what which drugstore sells: doctors and drugstores as a graph, each edge beside what chance gives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lianshen.anomaly.features import Frame
from lianshen.anomaly.graphs import numbered, surprise
from lianshen.anomaly.spec import Floats, Ints, Text

COLLEAGUES = 3
COLLEAGUE_FILLS = 3
"""Doctors of one hospital, with so many fills each, from whose median the hospital's custom is taken."""


@dataclass(frozen=True)
class DoctorShops:
    """The edges of a window, doctors and shops by number: fills there, all fills of the doctor, what chance gives.

    What a doctor is stated to have prescribed and what is only supposed, from a visit shortly before, are told apart: a
    doctor with both is two nodes, so that chance purchases after a visit do not thin out prescriptions.
    """

    doctor: Ints
    shop: Ints
    fills: Ints
    all_fills: Ints
    expected: Floats
    row_edge: Ints
    """Of each fill, its edge."""
    shops: Text
    doctors: Text

    @classmethod
    def of(cls, frame: Frame) -> DoctorShops:
        """Take the view ``doctor_shop``."""
        (doctor, doctors), (shop, shops) = numbered(frame["doctor"]), numbered(frame["shop"])
        nodes, doctor = np.unique(2 * doctor + frame["is_stated"], return_inverse=True)
        hospital, _ = numbered(frame["hospital"])
        city, _ = numbered(frame["hospital_pool"])
        edges, row_edge, fills = np.unique(doctor * len(shops) + shop, return_inverse=True, return_counts=True)
        of_doctor, at_shop = edges // len(shops), edges % len(shops)
        start = np.unique(row_edge, return_index=True)[1]
        theirs, town = hospital[start], city[start]
        every = np.bincount(doctor, minlength=len(nodes))[of_doctor]
        there = _per(city, shop, town, at_shop) - _per(hospital, shop, theirs, at_shop)
        elsewhere = np.bincount(city)[town] - np.bincount(hospital)[theirs]
        share = (np.maximum(there, 0) + 0.5) / (np.maximum(elsewhere, 0) + 0.5 * len(shops))
        custom = _custom(of_doctor, at_shop, fills, every, theirs, len(shops))
        expected = every * np.minimum(np.maximum(share, custom), 1.0)
        return cls(of_doctor, at_shop, fills, every, expected, row_edge.reshape(-1), shops, doctors[nodes // 2])

    @property
    def score(self) -> Floats:
        """How surprising each edge is."""
        return surprise(self.fills, self.expected)


def _per(group: Ints, shop: Ints, wanted: Ints, at: Ints) -> Ints:
    """Return how many fills each ``wanted`` group had at the shop ``at``."""
    width = int(shop.max(initial=0)) + 1
    keys, counts = np.unique(group * width + shop, return_counts=True)
    place = np.minimum(np.searchsorted(keys, wanted * width + at), len(keys) - 1)
    return np.where(keys[place] == wanted * width + at, counts[place], 0)


def _custom(doctor: Ints, shop: Ints, fills: Ints, every: Ints, hospital: Ints, shops: int) -> Floats:
    """Return of each edge the median share of the shop among the hospital's other doctors; 0 where these are few.

    The median and not the sum: two who share a shop do not make it the custom of the hospital.
    """
    known = every >= COLLEAGUE_FILLS
    pairs = np.unique(np.column_stack([hospital[known], doctor[known]]), axis=0)[:, 0]
    doctors_there = np.bincount(pairs, minlength=int(hospital.max(initial=0)) + 1)
    keys, group = np.unique(hospital * shops + shop, return_inverse=True)
    with_shop = np.bincount(group[known], minlength=len(keys))
    custom = np.zeros(len(doctor))
    order = np.argsort(group, kind="stable")
    bounds = np.searchsorted(group[order], np.arange(len(keys) + 1))
    there = doctors_there[keys // shops]
    # The median is above zero only where half of them send somebody there.
    for one in np.flatnonzero((there > COLLEAGUES) & (2 * with_shop >= there - 1)):
        of_shop = order[bounds[one] : bounds[one + 1]]
        for edge in of_shop:
            others = of_shop[known[of_shop] & (doctor[of_shop] != doctor[edge])]
            shares = np.zeros(int(there[one]) - int(known[edge]))
            shares[: len(others)] = fills[others] / every[others]
            custom[edge] = float(np.median(shares))
    return custom
