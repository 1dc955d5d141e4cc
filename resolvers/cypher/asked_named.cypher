// Several roles, by themselves. Gives @tasks (nothing), @asked (their keys).
WITH *, [] AS @tasks, @found.roles AS @asked
