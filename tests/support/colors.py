"""Colors: relative luminance and contrast by WCAG."""

SYMBOL_CONTRAST, TEXT_CONTRAST = 3, 4.5
"""Least contrast of symbols and of text: WCAG 2.2, success criteria 1.4.11 and 1.4.3."""


def linear(color):
    """Return the linear red, green and blue of `#rrggbb`, each from 0 to 1."""
    parts = [int(color[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def contrast(first, second):
    """Return the contrast ratio of two colors, from 1 to 21."""
    light = [
        0.2126 * red + 0.7152 * green + 0.0722 * blue for red, green, blue in map(linear, (first, second))
    ]
    return (max(light) + 0.05) / (min(light) + 0.05)
