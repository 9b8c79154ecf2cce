"""Ticks, circles, signatures and seals as values."""
