// A page of a vendor's customers by code, the vendor's systems that each uses on the date, and the facts behind its contacts
// where they are selected.
UNWIND [0] AS @start
WITH @start, COLLECT {
@include(directory_mine)
    AND (@arg.domain IS NULL OR @arg.domain IN @used)
  RETURN @m AS municipality ORDER BY @m.code
} AS @mine
WITH *, [m IN @mine WHERE @arg.cursor IS NULL OR m.code > @arg.cursor[0]] AS @rest
WITH *, @rest[0..toInteger(@arg.first)] AS @places
@include(roles)
WITH *, CASE WHEN @switch(contacts) THEN [r IN @roles WHERE r.domain IN DOMAINS | r.key] ELSE [] END AS @everywhere, [] AS @more
WITH *, [i IN range(0, size(@places) * size(@everywhere) - 1) |
  @places[i / size(@everywhere)].code + '|' + @everywhere[i % size(@everywhere)]] AS @slots
@include(directory_ends)
@include(gallery)
@include(facts)
@only(since)
@include(directory_since)
@else
WITH *, [] AS @tenures
@end
@include(confirmed)
WITH *, COLLECT {
  UNWIND CASE WHEN @switch(uses) THEN @places ELSE [] END AS @m
  MATCH (@m)<-[:BY]-(@u:Usage)-[:OF]->(@e:ErpSystem)-[:SUPPLIED_BY]->(:Vendor {key: $p.viewer.vendor}) WHERE @valid(u)
  RETURN [@m.key, @u.domain, @e] AS usage ORDER BY @u.domain DESC, @u.key
} AS @uses
RETURN [
 [[@gallery, [row IN @ways | [row[0].key, row[1], row[2], row[0].validFrom, row[0].validTo]],
   [m IN @places | [m.key, m.code, m.name]], @spans, @tenures],
@include(directory_rows)
  [row IN @uses | [row[0], row[1], row[2].key]], size(@rest) > size(@places), size(@mine)],
  @nodes(Municipality: @places, Role: @roles, ErpSystem: [row IN @uses | row[2]])
] AS gathered
