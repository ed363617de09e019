"""The files that visitors bring, for as long as their session lasts."""
