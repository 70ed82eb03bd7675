# What a heap of exports says together, a library of its own so that its fuzz target needs nothing else of the program.
ucready_room(imported SOURCES imported_estate.cc imported_groups.cc imported_lists.cc imported_peers.cc imported_phone_hops.cc imported_phones.cc
                              imported_sessions.cc imported_systems.cc imported_trunks.cc imported_users.cc
             USES core tls trust db upgrade negotiation imports names site THIRD_PARTY fmt::fmt)
