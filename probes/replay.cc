#include "probes/replay.h"

#include <algorithm>

#include "core/printable.h"
#include "probes/asker.h"
#include "probes/verdict.h"
#include "tls/extension.h"

namespace ucready::probes {
namespace {

using db::OfferAnswer;
using db::OfferOutcome;

OfferOutcome outcome_without_answer(Ending ending) {
  if (ending == Ending::refused || ending == Ending::closed) return OfferOutcome::closed;
  if (ending == Ending::starttls_refused || ending == Ending::wrong_protocol) return OfferOutcome::not_tls;
  return ending == Ending::reset ? OfferOutcome::reset : OfferOutcome::timeout;
}

bool is_tls(OfferOutcome outcome) {
  return outcome == OfferOutcome::answered || outcome == OfferOutcome::retried || outcome == OfferOutcome::refused;
}

// Of an interface that said nothing of TLS to any offer.
db::InterfaceState state_without_tls(const std::vector<OfferAnswer>& answers, const Reply& first) {
  const auto any = [&](OfferOutcome outcome) {
    return std::ranges::count(answers, outcome, &OfferAnswer::outcome) > 0;
  };
  const bool spoke_otherwise = first.answer.end == tls::ServerAnswer::End::not_tls;
  if (spoke_otherwise || any(OfferOutcome::not_tls)) {
    return first.ending == Ending::starttls_refused ? db::InterfaceState::starttls_refused
                                                    : db::InterfaceState::not_tls;
  }
  if (any(OfferOutcome::reset)) return db::InterfaceState::reset;
  if (any(OfferOutcome::closed)) return db::InterfaceState::closed;
  return judge_interface({}, first);
}

OfferOutcome outcome_of(const Reply& reply) {
  using End = tls::ServerAnswer::End;
  if (reply.ending != Ending::answered) return outcome_without_answer(reply.ending);
  if (reply.answer.end == End::alert) return OfferOutcome::refused;
  if (reply.answer.end != End::read) return OfferOutcome::not_tls;
  return reply.answer.hello ? OfferOutcome::answered : OfferOutcome::retried;
}

std::string why_no_certificate(const tls::ServerAnswer& answer) {
  if (answer.encrypted_unread) return "its certificate cannot be read behind this group or suite";
  if (!answer.compressed_unread.empty()) {
    return "its certificate came compressed and cannot be read: " + printable(answer.compressed_unread, 200);
  }
  if (answer.version >= tls::kTls13) return "it showed no certificate";
  return {};
}

OfferAnswer judge_offer(const RecordedOffer& offer, const Reply& reply, trust::CertificateCache& certificates) {
  const tls::ServerAnswer& said = reply.answer;
  OfferAnswer answer{.offer_id = offer.offer_id, .server_name = offer.hello.server_name, .clients = offer.clients};
  if (said.hello || said.hello_retry) {
    answer.version = said.version;
    answer.suite = said.suite;
    answer.group = said.group;
  }
  answer.alert = said.alert;
  answer.detail = printable(reply.detail, 400);
  answer.outcome = outcome_of(reply);
  if (answer.outcome == OfferOutcome::retried) answer.detail = "asks for a group that cannot be answered here";
  if (answer.outcome != OfferOutcome::answered) {
    if (said.end == tls::ServerAnswer::End::not_tls) answer.detail = printable(said.not_tls, 200);
    if (said.end == tls::ServerAnswer::End::malformed) answer.detail = said.defect;
    return answer;
  }
  answer.scheme = said.scheme;
  answer.dh_bits = said.dh_bits;
  if (said.version < tls::kTls13) {
    answer.secure_renegotiation = std::ranges::count(said.extensions, tls::extension::kRenegotiationInfo) > 0;
  }
  for (const Bytes& der : said.certificates) answer.certificates.push_back(certificates.read(der));
  if (said.flight_complete) answer.client_certificate_requested = said.certificate_request.has_value();
  if (answer.certificates.empty()) answer.detail = why_no_certificate(said);
  return answer;
}

}  // namespace

asio::awaitable<Result<db::InterfaceObservation>> replay_offers(const Target& target, std::string address,
                                                                const ProbeOptions& options, ProbeTools& tools) {
  db::InterfaceObservation seen = unseen(target, address);
  Asker asker(target, options, tools, seen);
  bool speaks_tls = false;
  for (const RecordedOffer& offer : *target.offers) {
    if (asker.over()) break;
    const Reply reply = co_await asker.ask(offer.hello);
    if (asker.failed()) break;
    if (nobody_to_ask(*asker.first())) break;
    seen.offer_answers.push_back(judge_offer(offer, reply, tools.certificates));
    speaks_tls = speaks_tls || is_tls(seen.offer_answers.back().outcome);
  }
  if (asker.failed()) co_return tl::unexpected<Error>(*asker.failed());
  seen.state = speaks_tls ? db::InterfaceState::tls : state_without_tls(seen.offer_answers, *asker.first());
  if (!speaks_tls) {
    const Reply& first = *asker.first();
    seen.detail = first.answer.not_tls.empty() ? printable(first.detail, 400) : printable(first.answer.not_tls, 200);
  }
  co_return std::move(seen);
}

}  // namespace ucready::probes
