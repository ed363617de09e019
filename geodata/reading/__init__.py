"""Reads any vector file in batches, behind guards against harmful content."""
