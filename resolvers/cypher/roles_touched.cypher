// The roles that a change touched, first; where that was in few municipalities, also all that the gallery has on the date, since their
// answers may come to one that was touched. Gives @named (their keys).
WITH *, COLLECT {
  MATCH (@r:Role) WHERE @r.code > '' AND @r.fromSeq <= @seq
  AND (@r.key IN @arg.roles OR size(@arg.municipalities) IN range(1, 10) AND EXISTS { MATCH (@r)<-[:OF]-(@d:Definition) WHERE @valid(d) })
  RETURN @r.key AS role ORDER BY NOT @r.key IN @arg.roles, @r.order, @r.key
} AS @named
