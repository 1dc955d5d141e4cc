// The tasks that stand on the date and address the role; around a holder or a municipality, any role. Gives @tasks (nodes).
WITH *, COLLECT {
  UNWIND CASE WHEN head(@centre):Role THEN @centre ELSE @roles END AS @r
  MATCH (@r)<-[:TO]-(@d:Addressing)-[:BY]->(@t:Task)
  WHERE @valid(d) AND EXISTS { MATCH (@t)<-[:OF]-(@w:Terms) WHERE @valid(w) }
  RETURN DISTINCT @t AS task
} AS @tasks
