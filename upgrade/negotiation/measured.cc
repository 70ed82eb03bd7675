// A measured answer in the place of the server's own choice.
#include "upgrade/negotiation/rules.h"

namespace ucready::negotiation {
namespace {

// An alert does not say what was missing. Where the rules come to a refusal as well, they know.
Reason reason_of(tls::Alert alert, const Selected& worked_out) {
  if (!worked_out) return worked_out.error().reason;
  return alert == alert::kProtocolVersion ? Reason::no_common_version : Reason::no_common_cipher;
}

}  // namespace

ServerProfile as_measured(const ServerProfile& server) {
  ServerProfile known = server;
  const std::optional<bool> requested = server.measured ? server.measured->certificate_requested : std::nullopt;
  if (requested == std::optional(false)) known.client_auth = ClientAuth::none;
  // That it asks is known then, but not what it makes of a client that has none.
  if (requested == std::optional(true) && server.client_auth == ClientAuth::none) {
    known.client_auth = ClientAuth::require;
  }
  return known;
}

// The probe holds version, suite and group against the hello as it was; the model may not know them all.
HelloFacts with_what_was_chosen(HelloFacts hello, const Answer& answer) {
  if (!contains(hello.suites, answer.suite)) hello.suites.push_back(answer.suite);
  if (answer.group && !contains(hello.groups, *answer.group)) hello.groups.push_back(*answer.group);
  return hello;
}

Selected select_measured(const HelloFacts& hello, const ServerProfile& server, Trace& trace) {
  const MeasuredAnswer& seen = *server.measured;
  trace.note(BranchPoint::answer_was_measured);
  if (seen.refused) {
    Trace unread;
    return refuse(*seen.refused, reason_of(*seen.refused, select(hello, server, unread)));
  }
  Answer answer{.version = seen.version, .suite = seen.suite, .group = seen.group, .dh_bits = seen.dh_bits};
  answer.scheme = seen.scheme;
  answer.chain = seen.chain;
  answer.renegotiation_info = seen.renegotiation_info.value_or(true);
  return answer;
}

}  // namespace ucready::negotiation
