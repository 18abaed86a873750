"""Figures: functions from values to plotly figures as plain data. Colours are tokens, resolved in the browser."""
