"""Lianshen: screens cross-region medical-insurance settlements and follows the money until it is back."""

__version__ = "0.1.0"
