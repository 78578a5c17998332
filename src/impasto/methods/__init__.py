"""One file per method, the algorithm told from top to bottom."""
