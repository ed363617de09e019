"""The Streamlit page, read from top to bottom."""
