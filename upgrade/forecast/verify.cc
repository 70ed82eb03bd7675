#include "upgrade/forecast/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

namespace ucready::forecast {
namespace {

using db::CapturedHandshakes;
using db::HopOutcome;
using db::ScannedListener;
using db::WaveHop;

struct Check {
  Verified verified = Verified::not_seen;
  std::string because;
};

// Reasons that lie in the server's certificate alone: with another certificate they are gone.
bool lies_in_server_certificate(const std::string& reason) {
  constexpr std::array<std::string_view, 5> kReasons = {"untrusted_server_certificate", "missing_intermediate",
                                                        "name_mismatch", "server_eku_missing", "wrong_curve"};
  return std::ranges::find(kReasons, reason) != kReasons.end();
}

std::string article(const std::string& key_type) {
  return fmt::format("{} {} certificate", key_type.starts_with('e') || key_type.starts_with('r') ? "an" : "a",
                     key_type);
}

bool shows(const ScannedListener& seen, const std::string& sha256) {
  return std::ranges::find(seen.leaves, sha256, &db::ShownLeaf::sha256) != seen.leaves.end();
}

Check check_certificate(const WaveHop& hop, const ScannedListener& seen) {
  std::vector<const db::ShownLeaf*> leaves;
  std::set<std::string> kinds;
  for (const db::ShownLeaf& leaf : seen.leaves) {
    if (leaf.version != hop.version) continue;
    leaves.push_back(&leaf);
    kinds.insert(leaf.key_type);
  }
  if (hop.key_type.empty()) return {Verified::as_forecast, fmt::format("accepts {}", hop.version)};
  if (leaves.empty()) {
    return {Verified::not_seen,
            fmt::format("accepts {}; which certificate it shows was not asked (scan --depth quick)", hop.version)};
  }
  if (!kinds.contains(hop.key_type)) {
    return {Verified::worse, fmt::format("shows no {} certificate at {} but only {}", hop.key_type, hop.version,
                                         fmt::join(kinds, ", "))};
  }
  const bool same = hop.certificate_sha256.empty() || std::ranges::any_of(leaves, [&](const db::ShownLeaf* leaf) {
                      return leaf->key_type == hop.key_type && leaf->sha256 == hop.certificate_sha256;
                    });
  if (!same) {
    return {Verified::worse,
            fmt::format("shows another {} certificate at {} than the forecast rests on (sha256 {:.16}): plan again",
                        hop.key_type, hop.version, hop.certificate_sha256)};
  }
  return {Verified::as_forecast,
          fmt::format("accepts {} and shows {}{}", hop.version,
                      hop.certificate_sha256.empty() ? article(hop.key_type) : "the " + hop.key_type + " certificate",
                      hop.certificate_sha256.empty() ? "" : " of the forecast")};
}

Check check_working(const WaveHop& hop, const ScannedListener& seen) {
  if (seen.state != "tls") {
    return {Verified::worse, fmt::format("answers without TLS: {}{}", seen.state,
                                         seen.detail.empty() ? "" : fmt::format(" ({:.200})", seen.detail))};
  }
  if (hop.version.empty()) return {Verified::not_seen, "the forecast names no version to compare with"};
  const auto asked = std::ranges::find(seen.versions, hop.version, &db::AskedVersion::version);
  if (asked == seen.versions.end()) return {Verified::not_seen, fmt::format("{} was not asked", hop.version)};
  if (asked->outcome != "accepted") {
    return {Verified::worse, fmt::format("does not accept {}, on which the forecast rests: {}{}", hop.version,
                                         asked->outcome, asked->alert.empty() ? "" : " with " + asked->alert)};
  }
  return check_certificate(hop, seen);
}

Check check_breaking(const WaveHop& hop, const ScannedListener& seen) {
  if (seen.state != "tls" || hop.certificate_sha256.empty() || seen.leaves.empty()) {
    return {Verified::not_seen, fmt::format("was forecast to break ({}), and a scan cannot tell that", hop.reason)};
  }
  if (shows(seen, hop.certificate_sha256)) {
    return {Verified::as_forecast, fmt::format("still shows the {} certificate with which the forecast breaks ({})",
                                               hop.key_type, hop.reason)};
  }
  if (!lies_in_server_certificate(hop.reason)) {
    return {
        Verified::not_seen,
        fmt::format("shows another certificate than the forecast knew, but that was not the reason ({})", hop.reason)};
  }
  return {Verified::better, fmt::format("no longer shows the {} certificate with which the forecast breaks ({})",
                                        hop.key_type, hop.reason)};
}

Check check_listener(const WaveHop& hop, const ScannedListener* seen) {
  if (seen == nullptr) return {Verified::not_seen, "no scan since asked it"};
  switch (hop.outcome) {
    case HopOutcome::works:
      return check_working(hop, *seen);
    case HopOutcome::breaks:
      return check_breaking(hop, *seen);
    case HopOutcome::unknown:
      break;
  }
  return {Verified::not_seen, fmt::format("nothing was forecast ({}), and a scan cannot settle it", hop.reason)};
}

std::string handshakes(std::int64_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string what_worked(const CapturedHandshakes& seen) {
  return fmt::format("{}{}{}", handshakes(seen.full, "full handshake"),
                     seen.version.empty() ? "" : " at " + seen.version,
                     seen.key_type.empty() ? "" : " with a certificate of kind " + seen.key_type);
}

// Handshakes that worked or failed; nothing else decides.
Check check_handshakes(const WaveHop& hop, const CapturedHandshakes& seen) {
  if (seen.failed == 0) {
    switch (hop.outcome) {
      case HopOutcome::breaks:
        return {Verified::better,
                fmt::format("was forecast to break ({}), but {} worked", hop.reason, what_worked(seen))};
      case HopOutcome::unknown:
        return {Verified::proven, fmt::format("was not known, and {} worked", what_worked(seen))};
      case HopOutcome::works:
        break;
    }
    const bool otherwise = !seen.version.empty() && !hop.version.empty() && seen.version != hop.version;
    return {Verified::proven, fmt::format("{} worked{}", what_worked(seen),
                                          otherwise ? fmt::format("; the forecast was {}", hop.version) : "")};
  }
  const std::string failures =
      fmt::format("{} of {} failed ({})", seen.failed, handshakes(seen.failed + seen.full, "handshake"), seen.failure);
  switch (hop.outcome) {
    case HopOutcome::breaks:
      return {Verified::as_forecast, fmt::format("was forecast to break ({}), and {}", hop.reason, failures)};
    case HopOutcome::unknown:
      return {Verified::worse, fmt::format("was not known, and {}", failures)};
    case HopOutcome::works:
      break;
  }
  return {Verified::worse, fmt::format("was forecast to work, but {}", failures)};
}

std::string why_undecided(const WaveHop& hop, const CapturedHandshakes* seen) {
  if (seen != nullptr && seen->resumed > 0) return "only resumed sessions were captured, which show no certificate";
  if (seen != nullptr && seen->undecided > 0) return "handshakes were captured, but not their end";
  if (seen != nullptr && seen->midstream > 0) return "connected since before the capture, its handshake was not seen";
  if (hop.hop.dormant) return "no handshake was captured: it connects only in a failover";
  return "no handshake was captured";
}

HopVerdict verify_hop(const WaveHop& hop, const CapturedHandshakes* seen, const Check& listener) {
  HopVerdict verdict;
  verdict.forecast = hop;
  if (seen != nullptr && seen->full + seen->failed > 0) {
    const Check check = check_handshakes(hop, *seen);
    verdict.verified = check.verified;
    verdict.evidence = "capture";
    verdict.because = check.because;
    return verdict;
  }
  verdict.verified = listener.verified;
  verdict.evidence = listener.verified == Verified::not_seen ? "" : "scan";
  verdict.because = fmt::format("{}; its listener {}", why_undecided(hop, seen), listener.because);
  return verdict;
}

using ListenerKey = std::tuple<std::string, std::string, int>;
using EndsKey = std::tuple<std::string, std::string, std::string, std::string, int>;

EndsKey ends_of(const db::ForecastHop& hop) {
  return {hop.client, hop.client_node, hop.server, hop.server_node, hop.port};
}

// A capture names a client service by the protocol alone. Where only one hop joins two nodes at a port, it is that one.
class Captured {
 public:
  Captured(const std::vector<WaveHop>& forecast, const std::vector<CapturedHandshakes>& captured) {
    for (const WaveHop& hop : forecast) ++hops_[ends_of(hop.hop)];
    for (const CapturedHandshakes& seen : captured) {
      seen_[{seen.client, seen.client_node, seen.server, seen.server_node, seen.port}].push_back(&seen);
    }
  }

  [[nodiscard]] const CapturedHandshakes* of(const db::ForecastHop& hop) const {
    const auto found = seen_.find(ends_of(hop));
    if (found == seen_.end()) return nullptr;
    for (const CapturedHandshakes* seen : found->second) {
      if (seen->client_service == hop.client_service) return seen;
    }
    const bool only_one = hops_.at(found->first) == 1 && found->second.size() == 1;
    return only_one ? found->second.front() : nullptr;
  }

 private:
  std::map<EndsKey, int> hops_;
  std::map<EndsKey, std::vector<const CapturedHandshakes*>> seen_;
};

// How much a listener's verdict weighs more than another of the same listener.
int weight(Verified verified) {
  switch (verified) {
    case Verified::worse:
      return 3;
    case Verified::better:
      return 2;
    case Verified::as_forecast:
    case Verified::proven:
      return 1;
    case Verified::not_seen:
      break;
  }
  return 0;
}

}  // namespace

std::string_view to_text(Verified verified) {
  constexpr std::array<std::string_view, 5> kNames = {"worse", "better", "not seen", "as forecast", "proven"};
  return kNames.at(static_cast<std::size_t>(verified));
}

Verification verify(const std::vector<WaveHop>& forecast, const std::vector<ScannedListener>& scanned,
                    const std::vector<CapturedHandshakes>& captured) {
  std::map<ListenerKey, const ScannedListener*> seen;
  for (const ScannedListener& listener : scanned) seen[{listener.cluster, listener.node, listener.port}] = &listener;
  const Captured handshakes(forecast, captured);

  Verification all;
  std::map<ListenerKey, std::size_t> place;
  for (const WaveHop& hop : forecast) {
    const ListenerKey key(hop.hop.server, hop.hop.server_node, hop.hop.port);
    const auto scan = seen.find(key);
    const Check check = check_listener(hop, scan == seen.end() ? nullptr : scan->second);
    all.hops.push_back(verify_hop(hop, handshakes.of(hop.hop), check));
    const auto [at, fresh] = place.emplace(key, all.listeners.size());
    if (fresh) {
      all.listeners.push_back({hop.hop.server, hop.hop.server_node, hop.hop.address, hop.hop.port, hop.hop.protocol,
                               check.verified, check.because});
    } else if (weight(check.verified) > weight(all.listeners[at->second].verified)) {
      all.listeners[at->second].verified = check.verified;
      all.listeners[at->second].because = check.because;
    }
  }
  return all;
}

}  // namespace ucready::forecast
