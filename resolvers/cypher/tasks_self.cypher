// The task itself, on whatever day. Gives @tasks (nodes).
WITH *, @centre AS @tasks
