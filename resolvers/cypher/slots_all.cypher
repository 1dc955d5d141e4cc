// Each municipality × each role, in that order. Gives @everywhere (the roles' keys), @slots, @more (nothing: these are all).
WITH *, [r IN @roles | r.key] AS @everywhere, [] AS @more
WITH *, [i IN range(0, size(@places) * size(@everywhere) - 1) |
  @places[i / size(@everywhere)].code + '|' + @everywhere[i % size(@everywhere)]] AS @slots
