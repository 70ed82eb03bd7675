// What a reply to a version's hello says of that version. Pure: the same reply, the same verdict.
#pragma once

#include "db/interface_observation.h"
#include "probes/question.h"

namespace ucready::probes {

// `offer` is the hello that was answered; its first version is the one asked. The flight is left out.
db::VersionObservation judge_version(const tls::HelloOffer& offer, const Reply& reply);

// The version was negotiated with something that was offered, and the server showed that it can go through with it.
bool accepted(const tls::HelloOffer& offer, const Reply& reply);

// The first question showed that there is nobody, or nobody who speaks TLS: no other need be asked.
bool nobody_to_ask(const Reply& first);

// Nothing was learned that a second try might not change: silence, or an end before the answer was whole.
bool inconclusive(const Reply& reply);

// The state of the whole interface, from what its versions gave. `first` is the reply to the first question.
db::InterfaceState judge_interface(const std::vector<db::VersionObservation>& versions, const Reply& first);

}  // namespace ucready::probes
