// All roles of the gallery, in the order in which lists show them. Gives @roles (nodes).
WITH *, COLLECT {
  MATCH (@r:Role) WHERE @r.code > '' AND @r.fromSeq <= @seq RETURN @r AS role ORDER BY @r.order, @r.key
} AS @roles
