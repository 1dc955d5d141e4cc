// The roles that were named, and their carriers. Gives @everywhere (the roles' keys), @slots, @more.
WITH *, @found.roles AS @everywhere
@include(slots)
