"""One run from a request to a saved picture, whichever command asked for it."""
