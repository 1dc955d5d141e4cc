// The facts as rows, in the order that `gathering.locals_of` reads.
 [@slots,
  [place IN @held | [place[0], [pair IN place[1] | [pair[0].key, pair[1].key, pair[0].validFrom, pair[0].validTo]]]],
  [row IN @covers | [row[0].slot, row[0].key, row[2].key, row[1].key, row[0].validFrom, row[0].validTo]],
  [row IN @intents | [row.slot, row.key, row.reason, row.validFrom, row.validTo]],
  [row IN @translated | [row[0].slot, row[0].key, row[0].title, row[0].unit, row[1], row[0].validFrom, row[0].validTo]],
  @confirmed,
  [h IN @holders | [h.key, CASE WHEN h:Person THEN 'Person' ELSE 'Mailbox' END, h.name, h.contactKinds, h.contactValues]]],
