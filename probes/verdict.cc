#include "probes/verdict.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/printable.h"

namespace ucready::probes {
namespace {

using db::InterfaceState;
using db::VersionObservation;
using db::VersionOutcome;
using End = tls::ServerAnswer::End;

bool negotiated_as_asked(const tls::HelloOffer& offer, const tls::ServerAnswer& answer) {
  return answer.hello && answer.version == offer.versions.front() && std::ranges::count(offer.suites, answer.suite) > 0;
}

VersionOutcome outcome_without_answer(Ending ending) {
  switch (ending) {
    case Ending::refused:
    case Ending::closed:
      return VersionOutcome::closed;
    case Ending::reset:
      return VersionOutcome::reset;
    case Ending::starttls_refused:
    case Ending::wrong_protocol:
      return VersionOutcome::not_tls;
    default:
      return VersionOutcome::timeout;
  }
}

void judge_answer(const tls::HelloOffer& offer, const tls::ServerAnswer& answer, VersionObservation& seen) {
  if (answer.end == End::not_tls) {
    seen.outcome = VersionOutcome::not_tls;
    seen.detail = printable(answer.not_tls, 200);
  } else if (answer.end == End::malformed || answer.end == End::too_long) {
    seen.outcome = VersionOutcome::not_tls;
    seen.detail = answer.end == End::too_long ? "the answer did not end within its bound" : answer.defect;
  } else {
    seen.outcome = VersionOutcome::refused;  // An alert, or another version instead.
    if (answer.hello && answer.version != offer.versions.front()) {
      seen.detail = fmt::format("answered with {}", tls::name(answer.version));
    } else if (answer.hello) {
      seen.detail = "gave up after its ServerHello";
    }
  }
}

}  // namespace

bool accepted(const tls::HelloOffer& offer, const Reply& reply) {
  const tls::ServerAnswer& answer = reply.answer;
  if (!negotiated_as_asked(offer, answer) || answer.alert) return false;
  return answer.end == End::read;
}

bool nobody_to_ask(const Reply& first) {
  switch (first.ending) {
    case Ending::refused:
    case Ending::unreachable:
    case Ending::not_connected:
    case Ending::starttls_refused:
    case Ending::wrong_protocol:
      return true;
    default:
      return first.answer.end == End::not_tls;
  }
}

bool inconclusive(const Reply& reply) {
  return reply.ending == Ending::timeout || reply.ending == Ending::closed || reply.ending == Ending::reset ||
         reply.ending == Ending::not_connected;
}

VersionObservation judge_version(const tls::HelloOffer& offer, const Reply& reply) {
  VersionObservation seen{.version = offer.versions.front(), .detail = printable(reply.detail, 400)};
  const tls::ServerAnswer& answer = reply.answer;
  if (answer.hello) {
    seen.negotiated = answer.version;
    seen.suite = answer.suite;
    seen.group = answer.group;
  }
  seen.alert = answer.alert;
  if (accepted(offer, reply)) {
    seen.outcome = VersionOutcome::accepted;
    if (answer.encrypted_unread) seen.detail = "its certificate cannot be read behind this group or suite";
  } else if (reply.ending == Ending::answered) {
    judge_answer(offer, answer, seen);
  } else {
    seen.outcome = outcome_without_answer(reply.ending);
    if (answer.hello) seen.detail += fmt::format(" after a ServerHello of {}", tls::name(answer.version));
  }
  return seen;
}

InterfaceState judge_interface(const std::vector<VersionObservation>& versions, const Reply& first) {
  const auto any = [&](auto&& holds) { return std::ranges::any_of(versions, holds); };
  const auto outcome = [&](VersionOutcome wanted) {
    return any([&](const VersionObservation& seen) { return seen.outcome == wanted; });
  };
  if (outcome(VersionOutcome::accepted) || outcome(VersionOutcome::refused)) return InterfaceState::tls;
  if (any([](const VersionObservation& seen) { return seen.negotiated.has_value(); })) return InterfaceState::tls;
  switch (first.ending) {
    case Ending::refused:
      return InterfaceState::closed;
    case Ending::unreachable:
      return InterfaceState::unreachable;
    case Ending::not_connected:
      return InterfaceState::timeout;
    case Ending::starttls_refused:
      return InterfaceState::starttls_refused;
    case Ending::wrong_protocol:
      return InterfaceState::not_tls;
    default:
      break;
  }
  if (outcome(VersionOutcome::not_tls)) return InterfaceState::not_tls;
  if (outcome(VersionOutcome::reset)) return InterfaceState::reset;
  if (outcome(VersionOutcome::closed)) return InterfaceState::closed;
  return InterfaceState::timeout;
}

}  // namespace ucready::probes
