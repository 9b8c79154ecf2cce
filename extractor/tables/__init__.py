"""Tables: ruled grids from pixels, unruled ones from alignment, and text into cells."""
