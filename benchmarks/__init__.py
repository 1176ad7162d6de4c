"""What the product promises in figures, measured: `make bench [ONLY=name]`, one JSON object a line."""
