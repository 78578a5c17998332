"""Style transfer, from the papers to the picture."""
