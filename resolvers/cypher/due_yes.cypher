// The tasks that stand on the date and have a last day, whom they address, and which municipalities are done with them.
// Gives @due (rows, as gaps.DueTask) and @dueTasks (nodes).
WITH *, COLLECT {
  MATCH (@w:Terms)-[:OF]->(@t:Task) WHERE @w.due > '' AND @valid(w)
  RETURN [@t.key, @w.title, @w.due, @w.obligation, @w.validFrom, @w.validTo,
    COLLECT { MATCH (@t)<-[:BY]-(@d:Addressing)-[:TO]->(@r:Role) WHERE @valid(d) RETURN @r.key AS key },
    COLLECT {
      UNWIND @places AS @m
      MATCH (@p:Progress {slot: @m.code + '|' + @t.key}) WHERE @valid(p) AND @p.state = 'DONE'
      RETURN DISTINCT @m.key AS key
    }] AS row
} AS @due
WITH *, COLLECT { UNWIND @due AS @row MATCH (@t:Task {key: @row[0]}) RETURN @t AS task } AS @dueTasks
