"""Floor 3: values and lists out of documents."""
