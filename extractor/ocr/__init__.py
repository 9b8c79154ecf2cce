"""Floor 2: engines that read text in pictures."""
