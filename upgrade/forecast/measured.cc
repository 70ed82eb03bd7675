#include "upgrade/forecast/measured.h"

#include <fmt/format.h>

#include <algorithm>

#include "tls/extension.h"
#include "upgrade/forecast/chains.h"
#include "upgrade/forecast/end_facts.h"
#include "upgrade/forecast/presented.h"

namespace ucready::forecast {
namespace {

// Two ways to write one release are one; where either is not known nothing differs.
bool differ(const upgrade::Product* product, const std::string& then, const std::string& now) {
  if (then.empty() || now.empty() || then == now) return false;
  const auto not_below = at_least(product, then, now);
  const auto not_above = at_least(product, now, then);
  return !not_below || !not_above || !*not_below || !*not_above;
}

bool same_answer(const db::SeenAnswer& a, const db::SeenAnswer& b) {
  return a.outcome == b.outcome && a.version == b.version && a.cipher == b.cipher && a.group == b.group &&
         a.scheme == b.scheme && a.chain_id == b.chain_id && a.alert == b.alert;
}

bool is_of_use(const db::SeenAnswer& answer) {
  return answer.outcome == "refused" || (answer.outcome == "answered" && !answer.chain_id.empty());
}

}  // namespace

MeasuredAnswers::Key MeasuredAnswers::key_of(const Hop& hop) {
  return {hop.client, hop.client_node, hop.client_service, hop.server, hop.server_node, hop.port};
}

bool MeasuredAnswers::holds(const Estate& estate, const db::SeenAnswer& answer) {
  const auto release = [&](const std::string& cluster, const std::string& node) {
    return estate.fact({cluster, node, "", 0}, "release").value;
  };
  if (differ(estate.product(answer.client), answer.client_release, release(answer.client, answer.client_node)))
    return false;
  if (differ(estate.product(answer.server), answer.server_release, release(answer.server, answer.server_node)))
    return false;
  const db::SeenInterface* const scanned = estate.seen(answer.server, answer.server_node, answer.port);
  if (scanned == nullptr || estate.rows().scan_run < answer.run_id || answer.outcome != "answered") return true;
  return std::ranges::count(scanned->accepted, answer.version) > 0 &&
         std::ranges::count(scanned->chain_ids, answer.chain_id) > 0;
}

MeasuredAnswers::MeasuredAnswers(const Estate& estate) {
  using Named = std::map<std::string, const db::SeenAnswer*>;  // The newest by each name.
  std::map<Key, std::map<std::string, Named>> newest;
  for (const db::SeenAnswer& answer : estate.rows().answers) {
    newest[{answer.client, answer.client_node, answer.client_service, answer.server, answer.server_node, answer.port}]
          [answer.offer_id][answer.server_name] = &answer;
  }
  for (const auto& [hop, offers] : newest) {
    for (const auto& [offer, named] : offers) {
      const db::SeenAnswer& first = *named.begin()->second;
      const bool one = std::ranges::all_of(named, [&](const auto& each) { return same_answer(*each.second, first); });
      if (one && is_of_use(first) && holds(estate, first)) answers_[hop][offer] = &first;
    }
  }
}

const db::SeenAnswer* MeasuredAnswers::find(const Hop& hop, const std::string& offer_id) const {
  const auto at = answers_.find(key_of(hop));
  if (at == answers_.end()) return nullptr;
  const auto found = at->second.find(offer_id);
  return found == at->second.end() ? nullptr : found->second;
}

namespace {

bool is_today(const Estate& estate, const std::string& cluster, const State& state) {
  return !state.upgraded && state.changes.empty() && estate.is_as_told(cluster);
}

// An alert says why a server refused; one that nobody expects may be trouble of another kind.
std::optional<tls::Alert> alert_named(const std::string& name) {
  for (const auto& [alert, known] : tls::all_alerts()) {
    if (known == name) return alert;
  }
  return std::nullopt;
}

}  // namespace

std::optional<MeasuredChoice> measured_choice(const Estate& estate, const Hop& hop, const SeenHello& seen,
                                              const State& client, const State& server) {
  if (!is_today(estate, hop.client, client) || !is_today(estate, hop.server, server)) return std::nullopt;
  const db::SeenAnswer* const answer = estate.measured().find(hop, seen.offer_id);
  if (answer == nullptr) return std::nullopt;
  // Its own hello names the server; the one that was answered did not.
  if (seen.hello.has(tls::extension::kServerName) && answer->server_name.empty()) return std::nullopt;
  MeasuredChoice choice;
  if (answer->outcome == "refused") {
    choice.answer.refused = alert_named(answer->alert);
    return choice.answer.refused ? std::optional(std::move(choice)) : std::nullopt;
  }
  const auto version = tls::parse_version(answer->version);
  const auto suite = tls::parse_cipher_suite(answer->cipher);
  choice.shown = estate.chain_named(answer->chain_id);
  if (!version || !suite || !choice.shown) return std::nullopt;
  choice.answer.chain = chain_of(*choice.shown, day_of(estate, server));
  if (!choice.answer.chain) return std::nullopt;
  choice.answer.version = *version;
  choice.answer.suite = *suite;
  choice.answer.group = tls::parse_group(answer->group);
  choice.answer.scheme = tls::parse_signature_scheme(answer->scheme);
  choice.answer.dh_bits = answer->dh_bits;
  choice.answer.renegotiation_info = answer->secure_renegotiation;
  choice.answer.certificate_requested = answer->certificate_requested;
  return choice;
}

std::string MeasuredAnswers::digest(const Hop& hop) const {
  const auto at = answers_.find(key_of(hop));
  if (at == answers_.end()) return {};
  std::string text;
  for (const auto& [offer, answer] : at->second) {
    text += fmt::format("{} {} {} {} {} {} {} {};", offer, answer->outcome, answer->version, answer->cipher,
                        answer->group, answer->scheme, answer->chain_id, answer->alert);
  }
  return text;
}

}  // namespace ucready::forecast
