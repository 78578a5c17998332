"""Files to tensors and back, color, size and regions."""
