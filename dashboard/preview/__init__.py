"""Draws the picture of an address that messengers and networks show with a link to it."""
