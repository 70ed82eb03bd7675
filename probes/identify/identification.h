// Learns what an interface belongs to by the methods of method.h, each at most once and in the order in which an answer
// makes the next question worth asking.
#pragma once

#include "probes/asker.h"
#include "probes/identify/method.h"

namespace ucready::probes {

// Besides what the scan costs; the estimate of a dry run, and a bound.
inline constexpr int kMostIdentifyingQuestions = 5;

// Fills identified_product, identified_release and identified_by of `seen`; they stay empty where nothing was told. A
// connection, or one a question where the server ends it, through the same limits as all others, of at most 64 kB and
// `timeout` for the answer; none where the interface neither accepted a version nor greets in clear, or where a client
// certificate is known to be required and there is none to show. Failures of the network tell nothing and are no error.
asio::awaitable<void> identify(Asker& asker, db::InterfaceObservation& seen);

// How many questions an interface of that kind gets if the first that fits is answered; `product` may be empty.
int identifying_questions(std::string_view protocol, std::string_view product);

}  // namespace ucready::probes
