"""Several replicas of the server behind nginx: its configuration, and one command that runs them all."""
