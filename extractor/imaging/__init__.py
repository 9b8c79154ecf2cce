"""Floor 2: page pictures: turning, deskewing, cleaning, marks."""
