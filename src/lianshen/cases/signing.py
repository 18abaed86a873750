"""How a delivery shows that it is ours and is fresh: an HMAC over the time and the body, as agencies verify it.

``Lianshen-Signature: t=1763692800,v1=<hex>`` is HMAC-SHA256 of ``"<t>.<body>"`` under the webhook's secret. The time is
signed, so that an old delivery cannot be sent again later by whoever recorded it.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

HEADER = "Lianshen-Signature"
TOLERANCE = 300
"""Seconds by which the clocks of sender and receiver may differ."""


def sign(secret: str, at: datetime, body: bytes) -> str:
    """Return the value of the signature header for a body that is sent at a moment."""
    stamp = str(int(at.timestamp()))
    return f"t={stamp},v1={_mac(secret, stamp, body)}"


def verify(secret: str, header: str, body: bytes, now: datetime, tolerance: int = TOLERANCE) -> bool:
    """Return whether a header signs the body under the secret, not longer ago (or ahead) than ``tolerance`` seconds."""
    parts = dict(part.partition("=")[::2] for part in header.split(","))
    stamp = parts.get("t", "")
    if not (stamp.isascii() and stamp.isdigit()) or abs(now.timestamp() - int(stamp)) > tolerance:
        return False
    return hmac.compare_digest(parts.get("v1", "").encode(), _mac(secret, stamp, body).encode())


def _mac(secret: str, stamp: str, body: bytes) -> str:
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
