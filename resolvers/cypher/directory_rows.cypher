// The facts as rows, as `rows.cypher` has them, but with no more than vendors are shown: only the contact points that are
// for them, of a person without any such no name, of an intended vacancy no reason.
 [[@everywhere, @more],
  COLLECT {
    UNWIND @holding AS @row
    WITH @row[0] AS @h, @row[1] AS @rows
@include(directory_shown)
    RETURN [@h.key, CASE WHEN @h:Mailbox OR size(@shown) > 0 THEN @h.name ELSE '' END,
      [[i IN @shown | @kinds[i]], [i IN @shown | @values[i]]], @rows] AS row
  },
  COLLECT {
    CALL (@others) { UNWIND @others AS @h RETURN DISTINCT @h }
@include(directory_shown)
    RETURN [@h.key, CASE WHEN @h:Mailbox OR size(@shown) > 0 THEN @h.name ELSE '' END,
      [[i IN @shown | @kinds[i]], [i IN @shown | @values[i]]]] AS row
  },
  [row IN @covers | [row[0].slot, row[0].key, row[2].key, row[1].key, row[0].validFrom, row[0].validTo]],
  [row IN @intents | [row.slot, row.key, '', row.validFrom, row.validTo]],
  [row IN @translated | [row[0].slot, row[0].key, row[0].title, row[0].unit, row[1], row[0].validFrom, row[0].validTo]],
  @confirmed],
