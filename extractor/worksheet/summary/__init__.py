"""The applicants of a round side by side: figures by criterion, and what several packets share."""
