"""``worksheet.xlsx``: the worksheet a reviewer works in, one module a kind of sheet."""
