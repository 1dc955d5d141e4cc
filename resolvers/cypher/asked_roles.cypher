// The roles that were named, each once, and their carriers. Gives @everywhere (the roles' keys), @slots, @more.
WITH *, COLLECT {
  UNWIND range(0, size(@found.roles) - 1) AS @i
  WITH @found.roles[@i] AS @key, min(@i) AS @first
  RETURN @key AS role ORDER BY @first
} AS @everywhere
@include(slots)
