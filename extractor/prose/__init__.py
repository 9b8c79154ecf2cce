"""Entities in running Chinese text: organisations, persons, dates, money, document numbers, periods."""
