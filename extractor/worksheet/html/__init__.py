"""``worksheet.html``: the worksheet as one page that opens anywhere, without a network."""
