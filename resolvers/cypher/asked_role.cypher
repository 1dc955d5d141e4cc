// One role, by itself. Gives @tasks (nothing), @asked (its key).
WITH *, [] AS @tasks, [@found.role] AS @asked
