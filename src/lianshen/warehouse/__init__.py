"""Landing packages in, checked rows merged, every row and yuan accounted for."""
