// What a change touched, and what is carried by it. Gives @everywhere (the roles' keys), @slots, @more.
@include(roles_touched)
WITH *, @named AS @everywhere
@include(slots)
