"""Knowledge: what the national libraries limit, one table per subject, one row per part of a point.

Shapes stand in ``sql/schema/knowledge``, rows in ``knowledge/<table>.csv`` and in parts, ``knowledge/<table>/*.csv``.
"""
