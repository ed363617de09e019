"""How fast the dashboard is, side by side with an empty Streamlit page and with streamlit-folium."""
