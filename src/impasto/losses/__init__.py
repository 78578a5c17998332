"""Pure functions of features or images; a target is an argument, never a member."""
