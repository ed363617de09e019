"""The least that Streamlit can show: what its page costs by itself."""

import streamlit as st

st.write("empty")
