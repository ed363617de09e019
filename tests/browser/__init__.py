"""Tests that drive the dashboard in Chromium."""
