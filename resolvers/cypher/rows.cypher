// The facts as rows, in the order that `gathering.locals_of` reads. Holders come once, each with the assignments held.
 [[@everywhere, @more],
  COLLECT {
    UNWIND @holding AS @row
    WITH @row[0] AS @h, @row[1] AS @rows
    RETURN [@h.key, @h.name, @points(h), @rows] AS row
  },
  COLLECT { UNWIND @others AS @h RETURN DISTINCT [@h.key, @h.name, @points(h)] AS row },
  [row IN @covers | [row[0].slot, row[0].key, row[2].key, row[1].key, row[0].validFrom, row[0].validTo]],
  [row IN @intents | [row.slot, row.key, row.reason, row.validFrom, row.validTo]],
  [row IN @translated | [row[0].slot, row[0].key, row[0].title, row[0].unit, row[1], row[0].validFrom, row[0].validTo]],
  @confirmed],
