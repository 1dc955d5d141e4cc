// Find things by their keys: one look-up for each thing, so that arrows, of which there are ten times as many, start from
// the database's own ids.
UNWIND $p.keys AS key
MATCH (n:Gallery|Role|Municipality|Person|Mailbox|Vendor|ErpSystem|ItSystem|Integration|Service|Project|Task|Meeting {key: key})
RETURN key, elementId(n) AS id
