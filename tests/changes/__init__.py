"""Mutations, the log, notice: what is written, told and undone."""
