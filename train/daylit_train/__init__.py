"""Training, measuring and exporting daylit's network."""
