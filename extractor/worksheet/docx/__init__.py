"""``worksheet.docx``: the review report a bureau files."""
