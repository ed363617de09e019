"""The dashboard: a Folium map document, the server that gives it out, and the Streamlit page that frames it."""
