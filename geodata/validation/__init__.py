"""Checks a layer's file: why was it refused?"""
