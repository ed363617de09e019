"""What is said of a feature, a search, a table row or a link: values and HTML."""
