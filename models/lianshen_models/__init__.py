"""Anomaly models: one module each, scikit-learn inside, blind spots declared."""
