// The facts as rows, as `rows.cypher` has them, but with no more than vendors are shown: of a contact point only the classes
// for them, of a person without any such no name, of an intended vacancy no reason.
 [[@everywhere, @more],
  COLLECT {
    UNWIND @held AS @row
    WITH @row[2] AS @h, collect([@row[0], @row[1].key, @row[1].validFrom, @row[1].validTo]) AS @rows
    WITH @h, @rows, [i IN range(0, size(@h.contactKinds) - 1) WHERE @h.contactClasses[i] IN CLASSES] AS @shown
    RETURN [@h.key, CASE WHEN @h:Mailbox OR size(@shown) > 0 THEN @h.name ELSE '' END,
      [i IN @shown | [@h.contactKinds[i], @h.contactValues[i], @h.contactClasses[i]]], @rows] AS row
  },
  COLLECT {
    UNWIND @others AS @h
    WITH DISTINCT @h
    WITH @h, [i IN range(0, size(@h.contactKinds) - 1) WHERE @h.contactClasses[i] IN CLASSES] AS @shown
    RETURN [@h.key, CASE WHEN @h:Mailbox OR size(@shown) > 0 THEN @h.name ELSE '' END,
      [i IN @shown | [@h.contactKinds[i], @h.contactValues[i], @h.contactClasses[i]]]] AS row
  },
  [row IN @covers | [row[0].slot, row[0].key, row[2].key, row[1].key, row[0].validFrom, row[0].validTo]],
  [row IN @intents | [row.slot, row.key, '', row.validFrom, row.validTo]],
  [row IN @translated | [row[0].slot, row[0].key, row[0].title, row[0].unit, row[1], row[0].validFrom, row[0].validTo]],
  @confirmed],
