"""The commands of twente-atlas, one module each."""
