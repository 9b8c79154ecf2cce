"""What a process freed goes back to the system."""

from __future__ import annotations

import ctypes
import subprocess
import sys

import pytest

CODE = """
import os
from extractor.core.heap import give_back_free_memory
def resident():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
blocks = [bytearray(60_000) for _ in range(2000)]  # below the size that is mapped by itself
kept = blocks[::400]
blocks.clear()
before = resident()
give_back_free_memory()
print(before - resident(), len(kept))
"""


def test_memory_between_live_blocks_is_given_back() -> None:
    if not hasattr(ctypes.CDLL(None), "malloc_trim"):
        pytest.skip("this C library has no malloc_trim")
    said = subprocess.run(
        [sys.executable, "-c", CODE], capture_output=True, text=True, check=True, timeout=60
    ).stdout.split()
    assert int(said[0]) > 50_000_000


MAPPED = """
import os
from extractor.core.heap import map_large_blocks
def resident():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
map_large_blocks()
for size in (9, 12, 20, 31):  # each freed block would raise glibc's own limit
    block = bytearray(b"x") * (size << 20)
    del block
below = bytearray(b"x") * (20 << 20)
above = bytearray(b"x") * (1 << 20)
before = resident()
del below
print(before - resident())
"""


def test_a_large_block_is_gone_when_it_is_freed() -> None:
    if not hasattr(ctypes.CDLL(None), "mallopt"):
        pytest.skip("this C library has no mallopt")
    said = subprocess.run(
        [sys.executable, "-c", MAPPED], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    assert int(said) > 15_000_000
