"""Every metric in a file of its own, a function of (output, content, style)."""
