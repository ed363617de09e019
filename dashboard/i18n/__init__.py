"""The words of the page: languages, formats of numbers and dates, templates."""
