"""The map as files that people edit: declared once in `tables`, read by `door.read_file`, written by `writing`.

A file that was sent is parsed in a child process with limits (docs/decisions/0005), never in the process that serves; nothing
that it imports knows the database. `state` reads the map; `current` makes rows of it, `planning` compares rows with it, both
pure; `importing` applies a plan as one change; `asking` makes an export.
"""
