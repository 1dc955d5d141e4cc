// The tasks that stand on the date and have a last day, whom they address, and which municipalities are done with them.
// Gives @due (rows, as gaps.DueTask; of what was reported as wrong and is not put right: place and key; of the roles asked:
// when a gallery version defines each), @dueTasks and @reported (nodes).
WITH *, COLLECT {
  MATCH (@w:Terms)-[:OF]->(@t:Task) WHERE @w.due > '' AND @valid(w)
  RETURN [@t.key, @w.title, @w.due, @w.obligation, @w.validFrom, @w.validTo,
    COLLECT { MATCH (@t)<-[:BY]-(@d:Addressing)-[:TO]->(@r:Role) WHERE @valid(d) RETURN @r.key AS key },
    COLLECT {
      UNWIND @places AS @m
      MATCH (@p:Progress {slot: @m.code + '|' + @t.key}) WHERE @valid(p) AND @p.state = 'DONE' AND @visible(p:Progress)
      RETURN DISTINCT @m.key AS key
    }] AS row
} AS @dueRows
WITH *, COLLECT { UNWIND @dueRows AS @row MATCH (@t:Task {key: @row[0]}) RETURN @t AS task } AS @dueTasks
WITH *, COLLECT {
  MATCH (@w:Report) WHERE @w.slot IN @slots AND @valid(w) AND @visible(w:Report)
  RETURN @w AS report
} AS @reported, COLLECT {
  MATCH (@d:Definition)-[:OF]->(@r:Role) WHERE @known(d) AND @r.key IN @everywhere
  RETURN [@r.key, @d.validFrom, @d.validTo] AS version
} AS @versions
WITH *, [@dueRows, [w IN @reported | [w.slot, w.key]], @versions] AS @due
