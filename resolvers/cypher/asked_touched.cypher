// The roles that a change touched, and all that the gallery has on the date: an answer may come to one that was touched from any.
// Gives @tasks (nothing), @asked (their keys).
WITH *, [] AS @tasks, COLLECT {
  MATCH (@r:Role) WHERE @r.code > '' AND @r.fromSeq <= @seq
  AND (@r.key IN @arg.roles OR EXISTS { MATCH (@r)<-[:OF]-(@d:Definition) WHERE @valid(d) })
  RETURN @r.key AS role ORDER BY NOT @r.key IN @arg.roles, @r.order, @r.key
} AS @asked
