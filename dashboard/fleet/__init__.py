"""Several servers behind nginx: its configuration, and the processes of all."""
