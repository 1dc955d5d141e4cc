// Where each municipality and each role meet. Gives @everywhere (the roles' keys), @slots, @more (nothing: these are all).
WITH *, [r IN @roles | r.key] AS @everywhere, [] AS @more, COLLECT {
  UNWIND @places AS @m UNWIND @roles AS @r
  RETURN @m.code + '|' + @r.key AS slot
} AS @slots
