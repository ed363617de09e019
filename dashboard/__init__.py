"""The dashboard: a Folium map document, its server, and the Streamlit page that frames it."""
