"""Answers over HTTP: documents, headers, policies, settings and assets."""
