"""The anomaly models: one module each, and a catalogue of them."""
