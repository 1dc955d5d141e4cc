// What a change touched. Gives @tasks (nothing), @asked (the roles' keys).
@include(roles_touched)
WITH *, [] AS @tasks, @named AS @asked
