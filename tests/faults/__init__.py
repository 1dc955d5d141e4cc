"""What holds when many write at once, when processes die, and when answers are lost. `make test-faults` is the long form."""
