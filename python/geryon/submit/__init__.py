"""Submitters place tasks; executors run commands inside them."""
