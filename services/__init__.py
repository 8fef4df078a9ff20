"""Jiaokan (校勘): damaged Chinese government reports in, clean and traceable editions out."""

__version__ = "0.1.0"
