"""The story of a night, told to Prefect: each task is one call into ``lianshen``."""
