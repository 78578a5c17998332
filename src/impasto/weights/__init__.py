"""Where the numbers of the networks come from."""
