"""What is measured on features, and how they are transformed."""
