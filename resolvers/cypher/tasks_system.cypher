// The tasks that concern the system and stand on the date. Gives @tasks (nodes).
WITH *, COLLECT {
  UNWIND @centre AS @x
  MATCH (@x)<-[:CONCERNS]-(@t:Task) WHERE EXISTS { MATCH (@t)<-[:OF]-(@w:Terms) WHERE @valid(w) }
  RETURN @t AS task
} AS @tasks
