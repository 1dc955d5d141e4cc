// The roles that were named, each once, in that order. Gives @named (their keys).
WITH *, COLLECT {
  UNWIND range(0, size(@found.roles) - 1) AS @i
  WITH @found.roles[@i] AS @key, min(@i) AS @first
  RETURN @key AS role ORDER BY @first
} AS @named
