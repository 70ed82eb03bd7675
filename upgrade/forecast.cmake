# What becomes of every hop, in which order, and what to mend first: over the catalogue, the database and negotiation.
ucready_room(forecast SOURCES forecast/ageing.cc forecast/chains.cc forecast/course_walk.cc forecast/end_facts.cc forecast/ends.cc forecast/estate.cc forecast/evidence.cc forecast/faces.cc
             forecast/forecast.cc forecast/hops.cc forecast/inspection.cc forecast/measured.cc forecast/mend_calls.cc
             forecast/mend_change.cc forecast/mend_choice.cc forecast/mend_trial.cc forecast/mend_ways.cc forecast/mend_words.cc forecast/mends.cc forecast/minimum.cc forecast/offer_order.cc forecast/opinions.cc forecast/order.cc forecast/plan.cc
             forecast/presented.cc forecast/renewal.cc forecast/states.cc forecast/trust_list.cc forecast/verify.cc forecast/version_range.cc forecast/wave_done.cc
             USES core tls trust db upgrade negotiation)
