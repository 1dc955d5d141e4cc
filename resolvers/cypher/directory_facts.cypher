// The gallery, and the facts of every place where one of @places and a role for vendors meet: of no other role anything is
// read. Gives what `gallery.cypher`, `facts.cypher` and `confirmed.cypher` give, @everywhere and @more.
@include(roles)
@include(gallery)
WITH *, CASE WHEN @switch(contacts) THEN [r IN @roles WHERE r.domain IN DOMAINS | r.key] ELSE [] END AS @everywhere, [] AS @more
WITH *, [i IN range(0, size(@places) * size(@everywhere) - 1) |
  @places[i / size(@everywhere)].code + '|' + @everywhere[i % size(@everywhere)]] AS @slots
@include(facts)
@include(confirmed)
