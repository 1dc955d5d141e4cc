// No task was asked about: nothing of it, as `_decide` reads it.
  [[], [], []]
