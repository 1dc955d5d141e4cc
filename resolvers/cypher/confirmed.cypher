// The last "still right" of every slot up to the date, where one is selected. Gives @confirmed (rows).
CALL (@slots, @seq) {
  UNWIND CASE WHEN @switch(confirmed) THEN @slots ELSE [] END AS @slot
  MATCH (@o:Confirmation {slot: @slot}) WHERE @known(o) AND @o.validFrom <= @at AND @visible(o:Confirmation)
  WITH @slot, max([@o.validFrom, @o.key]) AS @latest
  RETURN collect([@slot, @latest[1], @latest[0]]) AS @confirmed
}
