// Which contact points of a holder (@h) a vendor is shown: those of the class `PUBLIC`, and of `VENDORS`, which means the vendors
// of the municipality that the holder belongs to: one of those asked about, which are customers all, or another that is one
// today; or none. Of a mailbox only its address, which is all that a contact tells of one: without, it cannot be written to.
// Gives @kinds, @values, @shown (places in these two).
    WITH *, @h.contactKinds AS @kinds, @h.contactValues AS @values, @h.contactClasses AS @classes, EXISTS {
      MATCH (@h)-[:BELONGS_TO]->(@home) WHERE NOT @home IN @places AND NOT EXISTS {
        MATCH (@home)<-[:BY]-(@use:Usage)-[:OF]->(:ErpSystem)-[:SUPPLIED_BY]->(:Vendor {key: $p.viewer.vendor})
        WHERE @known(use) AND @use.validFrom <= @arg.today AND @arg.today < @use.validTo
      }
    } AS @elsewhere
    WITH *, [i IN range(0, size(@kinds) - 1)
      WHERE @classes[i] IN CLASSES AND NOT (@elsewhere AND @classes[i] = 'VENDORS') AND (@kinds[i] = 'EMAIL' OR NOT @h:Mailbox)] AS @shown
