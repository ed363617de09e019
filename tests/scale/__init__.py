"""Tests of large layers, several servers, clusters and endurance."""
