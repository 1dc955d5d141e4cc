"""Hostile input: refused, fast, with a code, and without harm to others."""
