// A page of the tasks that stand on the date and address a role for vendors, by their last day, and how far the vendor's
// customers are with each, where that is selected.
UNWIND [0] AS @start
WITH @start, COLLECT {
@include(directory_mine)
  RETURN @m AS municipality ORDER BY @m.code
} AS @mine, COLLECT {
  MATCH (@r:Role) WHERE @r.code > '' AND @r.fromSeq <= @seq AND @r.domain IN DOMAINS
  MATCH (@r)<-[:TO]-(@d:Addressing)-[:BY]->(@t:Task) WHERE @valid(d)
  WITH @t, @d, @r ORDER BY @d.kind DESC, @r.order, @d.key
  WITH @t, collect(@r) AS @addressed
  MATCH (@t)<-[:OF]-(@w:Terms) WHERE @valid(w)
  WITH @t, @addressed, @w, coalesce(@w.due, '9999-12-31') AS @sort
  RETURN [@sort, @t, @w, @addressed] AS task ORDER BY @sort, @t.key
} AS @all
WITH *, [row IN @all WHERE @arg.cursor IS NULL OR row[0] > @arg.cursor[0]
  OR (row[0] = @arg.cursor[0] AND row[1].key > @arg.cursor[1])] AS @rest
WITH *, @rest[0..toInteger(@arg.first)] AS @page
WITH *, COLLECT {
  UNWIND CASE WHEN @switch(progress) THEN @page ELSE [] END AS @row
  UNWIND @mine AS @m
  MATCH (@p:Progress {slot: @m.code + '|' + @row[1].key}) WHERE @valid(p)
  RETURN [@row[1].key, @m.key, @p.state] AS progress ORDER BY @p.validFrom
} AS @states, COLLECT {
  UNWIND @page AS @row
  WITH @row[1] AS @t, @row[2] AS @w, @row[0] AS @sort, @row[3] AS @addressed
  MATCH (@t)-[:PART_OF]->(@g:Project)
  RETURN [@sort, @t.key, @t.number, @w.title, @w.obligation, @w.published, @w.due, [r IN @addressed | r.key],
    coalesce(head(COLLECT { MATCH (@g)<-[:NAMES]-(@c:Name) WHERE @c.kind = 'OFFICIAL' AND @valid(c) RETURN @c.title AS title }), @g.name)] AS row
  ORDER BY @sort, @t.key
} AS @rows, COLLECT { UNWIND @page AS @row UNWIND @row[3] AS @r RETURN DISTINCT @r AS role } AS @roles
RETURN [
 [@rows, [m IN @mine | m.key], @states, size(@rest) > size(@page), size(@all)],
  @nodes(Municipality: @mine, Role: @roles)
] AS gathered
