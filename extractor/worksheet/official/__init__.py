"""Official forms of the bureaus, prefilled from worksheets, in the forms' own layout (docx, xlsx)."""
