// The roles that were named, and their carriers. Gives @everywhere (the roles' keys), @slots, @more.
@include(roles_named)
WITH *, @named AS @everywhere
@include(slots)
