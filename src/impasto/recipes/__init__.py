"""The settings of published systems, as data."""
