// No tasks: an ERP system is not what tasks concern, but roles. Gives @tasks (nodes), empty.
WITH *, [] AS @tasks
