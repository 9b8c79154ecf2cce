"""Extractor: reads application packets and hands the reviewer a checked worksheet."""

__version__ = "0.1.0"
