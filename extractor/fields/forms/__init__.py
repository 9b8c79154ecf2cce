"""Forms: values found by their labels."""
