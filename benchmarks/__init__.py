"""What a night costs, as a ratio to one scan of the same data. Run ``python -m benchmarks --help``."""
