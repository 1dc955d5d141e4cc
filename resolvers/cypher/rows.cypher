// The facts as rows, each beginning with its slot, in the order that `gathering.locals_of` reads.
  [[row IN @held | [row[0].slot, row[0].key, row[1].key, row[0].validFrom, row[0].validTo]],
   [row IN @ended | [row[0], row[1].validTo, row[1].key]],
   [row IN @covers | [row[0].slot, row[0].key, row[2].key, row[1].key, row[0].validFrom, row[0].validTo]],
   [row IN @intents | [row.slot, row.key, row.reason, row.validFrom, row.validTo]],
   [row IN @translated | [row[0].slot, row[0].key, row[0].title, row[0].unit, row[1], row[0].validFrom, row[0].validTo]],
   @confirmed,
   [h IN @holders | [h.key, CASE WHEN h:Person THEN 'Person' ELSE 'Mailbox' END, h.name,
     [i IN range(0, size(h.contactKinds) - 1) | [h.contactKinds[i], h.contactValues[i]]]]]],
