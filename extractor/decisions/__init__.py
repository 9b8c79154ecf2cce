"""What reviewers decide: applied to a worksheet, chained, signed, verified. Pure but for keys and heads."""
