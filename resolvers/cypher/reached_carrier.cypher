// Of a carrier only what it says itself: who holds it. Gives @reached.
  WITH @code, @by AS @reached
