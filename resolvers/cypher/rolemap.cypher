// What a role map draws around one thing: the gallery, the facts of every role in the one municipality of the heading (if
// there is one), the tasks near the thing with whom they address and which systems they concern, the ERP systems in use.
// THING is the label of the thing; the included files find it, the tasks near it, and which ERP systems matter.
UNWIND [0] AS @start
@include(around)
WITH *, COLLECT { MATCH (@m:Municipality {key: @heading}) WHERE @m.fromSeq <= @seq RETURN @m AS municipality } AS @places
@include(roles)
@include(gallery)
@include(slots_all)
@include(facts)
@include(tasks)
@include(uses)
WITH *, [] AS @confirmed, COLLECT {
  UNWIND @tasks AS @t
  OPTIONAL MATCH (@t)<-[:OF]-(@w:Terms) WHERE @known(w)
  WITH @t, @w ORDER BY @w.validFrom <= @at AND @at < @w.validTo DESC, @w.validFrom > @at DESC, CASE WHEN @w.validFrom <= @at THEN '' ELSE @w.validFrom END, @w.validFrom DESC
  WITH @t, head(collect(@w)) AS @now
  RETURN [@t.key, @now.title, @now.due, COLLECT {
    UNWIND @places AS @m
    MATCH (@p:Progress {slot: @m.code + '|' + @t.key}) WHERE @valid(p) AND @visible(p:Progress) RETURN @p.state AS state
  }] AS row
} AS @terms, COLLECT {
  UNWIND @tasks AS @t
  MATCH (@t)<-[:BY]-(@d:Addressing)-[:TO]->(@r:Role) WHERE @valid(d)
  RETURN [@t.key, @r.key, @d.kind, @d.inferred] AS row
} AS @addressed, COLLECT {
  UNWIND @tasks AS @t
  MATCH (@t)-[:CONCERNS]->(@s:ItSystem)
  RETURN [@t.key, @s] AS pair
} AS @concerned
WITH *, COLLECT {
  UNWIND [x IN @centre WHERE x:ItSystem OR x:ErpSystem] + [pair IN @concerned | pair[1]] + [pair IN @uses | pair[1]] AS @s
  RETURN DISTINCT @s AS system
} AS @systems, [x IN @centre WHERE x:Person OR x:Mailbox] + @holders AS @people
WITH *, COLLECT {
  UNWIND @systems AS @s
  OPTIONAL MATCH (@s)<-[:NAMES]-(@a:Name) WHERE @a.kind = 'OFFICIAL' AND @known(a)
  WITH @s, @a ORDER BY @a.validFrom <= @at AND @at < @a.validTo DESC, @a.validFrom > @at DESC, CASE WHEN @a.validFrom <= @at THEN '' ELSE @a.validFrom END, @a.validFrom DESC
  WITH @s, head(collect(@a)) AS @now
  RETURN [@s.key, coalesce(@now.title, @s.name)] AS row
} AS @titles, @systems + @tasks + @roles + @people AS @things
RETURN [
 [[@gallery, [row IN @ways | [row[0].key, row[1], row[2], row[0].validFrom, row[0].validTo]],
   [m IN @places | [m.key, m.code, m.name]]],
@include(rows)
  [x IN @centre | [x.key, x.name]], [@h IN @people | [@h.key, CASE WHEN @h:Mailbox THEN @h.purpose WHEN @own(h:Person) THEN @h.jobTitle END]],
  @terms, @addressed, [pair IN @concerned | [pair[0], pair[1].key]], [pair IN @uses | [pair[0], pair[1].key]], @titles],
  @nodes(Municipality: @places, Found: @things)
] AS gathered
