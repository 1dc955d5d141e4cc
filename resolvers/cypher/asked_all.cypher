// All roles, each of which may be a carrier. Gives @everywhere (the roles' keys), @slots, @more (nothing).
@include(slots_all)
