"""How far a residual is from its peers', in MADs of the peer group.

MAD is the median absolute deviation itself, not scaled to a normal distribution: 3.5 MAD is
about 2.4 standard deviations of an undisturbed group.
"""

from __future__ import annotations

import numpy as np

from lianshen.anomaly.features import Frame
from lianshen.anomaly.groups import members, names
from lianshen.anomaly.spec import AnomalyModel, Floats

SMALLEST_MAD = 0.05
"""On the log scale, 5 %: a group whose costs are all but fixed does not make every difference enormous."""

Peers = dict[str, tuple[float, ...]]
"""Group name → (rows, centre, MAD) of the residuals."""


def learn_peers(model: AnomalyModel, frame: Frame, residual: Floats, least_rows: int | None = None) -> Peers:
    """Return the statistics of every group of ``least_rows`` (default: the model's ``min_peers``), and of all rows."""
    learned: Peers = {}
    for columns in (*model.peers, ()):
        least = (model.thresholds.min_peers if least_rows is None else least_rows) if columns else 1
        for name, rows in members(names(frame, columns)):
            if len(rows) >= least:
                centre = float(np.median(residual[rows]))
                mad = float(np.median(np.abs(residual[rows] - centre)))
                learned[name] = (float(len(rows)), centre, max(mad, SMALLEST_MAD))
    return learned
