"""The map as files that people edit: declared once in `tables`, read by `door.read_file`, written by `writing`.

Nothing here knows the database. A file that was sent is parsed in a child process with limits (docs: security.md),
never in the process that serves.
"""
