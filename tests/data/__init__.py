"""Odd, wrong and hostile files, one defect each: `make.py` writes them, `expected.toml` tells the outcome."""
