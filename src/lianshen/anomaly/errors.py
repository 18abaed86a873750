"""What can go wrong with a model that a user can mend."""

from __future__ import annotations

from lianshen.errors import LianshenError


class TooFewRows(LianshenError):
    """There are not enough rows to fit or to judge the model."""


class ModelNotFound(LianshenError):
    """The store holds no such model or version, or none was promoted."""


class ModelDamaged(LianshenError):
    """A stored file is not the one that was written."""


class FrameRefused(LianshenError):
    """A data frame cannot be learned from or scored as it is."""


class ApprovalRefused(LianshenError):
    """A version may not score, or not in this name."""


class NoProbe(LianshenError):
    """Nothing can be planted by which a version of a model could be measured."""
