// The roles that a task addresses on the date. Gives @tasks (nodes), @terms, @addressed (rows), @asked (keys).
WITH *, COLLECT { MATCH (@t:Task {key: @found.task}) RETURN @t AS task } AS @tasks
WITH *, COLLECT {
  UNWIND @tasks AS @t
  MATCH (@t)<-[:OF]-(@w:Terms) WHERE @known(w)
  RETURN [@w.validFrom, @w.validTo, @w.title] AS terms ORDER BY @w.validFrom
} AS @terms, COLLECT {
  UNWIND @tasks AS @t
  MATCH (@t)<-[:BY]-(@d:Addressing)-[:TO]->(@r:Role) WHERE @valid(d)
  RETURN [@d, @r.key] AS addressed ORDER BY @d.kind DESC, @r.order, @d.key
} AS @addressed
WITH *, [row IN @addressed | row[1]] AS @asked
