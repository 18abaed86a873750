"""How many schemes of each kind a province has, and how large they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lianshen.province.schemes.builder import SchemeBuilder
from lianshen.province.schemes.doctors import doctor_overprescribing
from lianshen.province.schemes.groups import ghost_admissions, source_cluster
from lianshen.province.schemes.rings import drug_resale_ring, referral_loop
from lianshen.province.schemes.stays import (
    institution_padding,
    single_stay_excess,
    template_bills,
    visitor_overtreatment,
)


@dataclass(frozen=True)
class Kind:
    """One kind of scheme: ``share`` of all settlements, in schemes of ``least`` to ``usual`` settlements each."""

    name: str
    plant: Callable[[SchemeBuilder, int], None]
    share: float
    least: int
    usual: int


KINDS = (
    Kind("visitor_overtreatment", visitor_overtreatment, 14e-4, 12, 60),
    Kind("institution_padding", institution_padding, 14e-4, 12, 60),
    Kind("single_stay_excess", single_stay_excess, 9e-4, 10, 1_000_000),
    Kind("drug_resale_ring", drug_resale_ring, 9e-4, 12, 24),
    Kind("referral_loop", referral_loop, 8e-4, 16, 28),
    Kind("template_bills", template_bills, 9e-4, 10, 20),
    Kind("ghost_admissions", ghost_admissions, 9e-4, 10, 12),
    Kind("doctor_overprescribing", doctor_overprescribing, 9e-4, 10, 20),
    Kind("source_cluster", source_cluster, 9e-4, 10, 18),
)
"""Together a little less than one settlement in a hundred."""


def plant_schemes(builder: SchemeBuilder, settlements: int) -> None:
    """Plant at least one scheme of every kind; their number grows with the volume."""
    for kind in KINDS:
        wanted = max(round(settlements * kind.share), kind.least)
        many = max(1, round(wanted / kind.usual))
        for _ in range(many):
            kind.plant(builder, round(wanted / many))
