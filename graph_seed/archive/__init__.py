"""The gallery as one document, out and in: the complete JSON export, backups, and restoring them.

Everything is derived from `graph/shape.py`: a label, a property or an arrow that is declared there is carried.

| module | does |
|---|---|
| `carried.py` | what is carried: labels, arrows, and in which order |
| `snapshot.py` | reads the graph at one number of the log while others write |
| `document.py` | the document's form: one object a line, the same bytes for the same graph |
| `checking.py` | holds a document to the shape before anything is touched |
| `files.py` | private files that appear whole or not at all; the backup around a document |
| `loading.py` | writes a document into an empty database |
| `tombstones.py` | who was erased, in a file beside the backups |
| `restoring.py` | the whole restore, with the mark that a half one bears |
"""
