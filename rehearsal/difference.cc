#include "rehearsal/difference.h"

#include <fmt/format.h>

namespace ucready::rehearsal {
namespace {

using negotiation::Group;
using negotiation::HelloFacts;
using negotiation::Outcome;
using negotiation::Phase;
using negotiation::Refusal;
using negotiation::Side;

std::string text(const std::optional<Refusal>& refusal) {
  if (!refusal) return "works";
  return fmt::format("{} sends {} ({}) at {}", refusal->by == Side::client ? "client" : "server",
                     tls::name(refusal->alert), refusal->alert.value, to_text(refusal->phase));
}
template <typename Point>
std::string text(const std::optional<Point>& point) {
  return point ? tls::name(*point) : "-";
}
std::string text(const std::optional<int>& number) { return number ? std::to_string(*number) : "-"; }
std::string text(bool flag) { return flag ? "yes" : "no"; }

class Differences {
 public:
  void add(std::string_view what, const std::string& forecast, const std::string& observed) {
    if (forecast != observed) text_ += fmt::format("{}: forecast {}, observed {}\n", what, forecast, observed);
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

template <typename Point>
std::string list(const std::vector<Point>& points) {
  std::string joined;
  for (const Point& point : points) joined += (joined.empty() ? "" : " ") + tls::name(point);
  return joined;
}

}  // namespace

std::string difference(const Outcome& forecast, const Outcome& observed, const LeafName& leaf_name) {
  const auto leaf = [&](const std::string& id) {
    if (id.empty()) return std::string("-");
    return leaf_name ? leaf_name(id) : id;
  };
  Differences found;
  found.add("end", text(forecast.refusal), text(observed.refusal));
  found.add("hello retry", text(forecast.hello_retry), text(observed.hello_retry));
  found.add("version", text(forecast.version), text(observed.version));
  found.add("suite", text(forecast.suite), text(observed.suite));
  found.add("group", text(forecast.group), text(observed.group));
  found.add("DH bits", text(forecast.dh_bits), text(observed.dh_bits));
  found.add("scheme", text(forecast.scheme), text(observed.scheme));
  found.add("server's leaf", leaf(forecast.server_leaf), leaf(observed.server_leaf));
  // Of a flight that the client broke off the request is not foretold.
  const bool reached = !forecast.refusal || forecast.refusal->phase == Phase::client_certificate;
  if (reached) {
    found.add("certificate requested", text(forecast.certificate_requested), text(observed.certificate_requested));
    found.add("client's leaf", leaf(forecast.client_leaf), leaf(observed.client_leaf));
  }
  return found.text();
}

std::string difference(const HelloFacts& forecast, const HelloFacts& observed) {
  Differences found;
  found.add("hello's legacy version", tls::name(forecast.legacy_version), tls::name(observed.legacy_version));
  found.add("hello's versions", list(forecast.versions), list(observed.versions));
  found.add("hello's suites", list(forecast.suites), list(observed.suites));
  found.add("hello's groups", list(forecast.groups), list(observed.groups));
  found.add("hello's schemes", list(forecast.schemes), list(observed.schemes));
  found.add("hello's shares", list(forecast.key_shares.value_or(std::vector<Group>{})),
            list(observed.key_shares.value_or(std::vector<Group>{})));
  found.add("hello's key_share", text(forecast.key_shares.has_value()), text(observed.key_shares.has_value()));
  found.add("hello's server_name", text(forecast.server_name), text(observed.server_name));
  found.add("hello's fallback", text(forecast.fallback), text(observed.fallback));
  found.add("hello's renegotiation_info", text(forecast.renegotiation_info), text(observed.renegotiation_info));
  found.add("hello's null compression", text(forecast.null_compression_only), text(observed.null_compression_only));
  return found.text();
}

}  // namespace ucready::rehearsal
