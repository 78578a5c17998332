"""Pictures made in one look or a few, without optimization, at any size."""
