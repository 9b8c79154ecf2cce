"""``python -m extractor``: the same as the ``extractor`` command."""

from extractor.doors.cli import main

main()
