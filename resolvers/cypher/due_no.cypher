// No tasks. Gives @due (rows) and @dueTasks (nodes), both empty.
WITH *, [] AS @due, [] AS @dueTasks
WITH *, [] AS @reported
