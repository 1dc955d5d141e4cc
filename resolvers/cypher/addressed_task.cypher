// The task's own rows, as `_decide` reads them.
  [[t IN @tasks | t.key], @terms, [row IN @addressed | [row[1], row[0].kind, row[0].inferred]]]
