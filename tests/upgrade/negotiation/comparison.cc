#include "tests/upgrade/negotiation/comparison.h"

#include <fmt/format.h>

#include "tests/upgrade/negotiation/universe.h"

namespace ucready::negotiation {
namespace {

std::string text(const std::optional<Refusal>& refusal) {
  if (!refusal) return "works";
  return fmt::format("{} sends {} at {}", refusal->by == Side::client ? "client" : "server", refusal->alert.value,
                     to_text(refusal->phase));
}
template <typename Point>
std::string text(const std::optional<Point>& point) {
  return point ? tls::name(*point) : "-";
}
std::string text(const std::optional<int>& number) { return number ? std::to_string(*number) : "-"; }
std::string text(bool flag) { return flag ? "yes" : "no"; }
std::string leaf_text(const std::string& id) {
  if (id.empty()) return "-";
  const Identity& identity = identity_of(id);
  return fmt::format("{}/{}", identity.key, static_cast<int>(identity.flaw));
}

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

std::string profile_text(const Profile& profile) {
  std::string keys;
  for (const Chain& chain : profile.keys) keys += " " + leaf_text(chain.id);
  return fmt::format(
      "  level {} versions {}\n  suites {}\n  tls13 {}\n  groups {}\n  schemes {}\n  keys{}\n"
      "  store {:#x}{}{}{}\n",
      profile.security_level, list(profile.versions), list(profile.suites), list(profile.suites_tls13),
      list(profile.groups), list(profile.schemes), keys, content_of(profile.trust),
      profile.trust.partial_chains ? " partial" : "", profile.trust.verify ? "" : " unverified",
      profile.trust.check_name ? " name" : "");
}

}  // namespace

std::string difference(const Outcome& forecast, const Outcome& observed) {
  Differences found;
  found.add("end", text(forecast.refusal), text(observed.refusal));
  found.add("hello retry", text(forecast.hello_retry), text(observed.hello_retry));
  found.add("version", text(forecast.version), text(observed.version));
  found.add("suite", text(forecast.suite), text(observed.suite));
  found.add("group", text(forecast.group), text(observed.group));
  found.add("DH bits", text(forecast.dh_bits), text(observed.dh_bits));
  found.add("scheme", text(forecast.scheme), text(observed.scheme));
  found.add("server's leaf", leaf_text(forecast.server_leaf), leaf_text(observed.server_leaf));
  // Of a flight that the client broke off the request is not foretold.
  const bool reached = !forecast.refusal || forecast.refusal->phase == Phase::client_certificate;
  if (reached) {
    found.add("certificate requested", text(forecast.certificate_requested), text(observed.certificate_requested));
    found.add("client's leaf", leaf_text(forecast.client_leaf), leaf_text(observed.client_leaf));
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

std::string to_text(const HelloFacts& hello) {
  return fmt::format(
      "hello {} versions {}\n  suites {}\n  groups {}\n  schemes {}\n  schemes_cert {}\n  shares {}\n"
      "  fallback {} renegotiation_info {} null compression {}\n",
      tls::name(hello.legacy_version), list(hello.versions), list(hello.suites), list(hello.groups),
      list(hello.schemes), list(hello.schemes_cert), hello.key_shares ? "sent " + list(*hello.key_shares) : "-",
      hello.fallback, hello.renegotiation_info, hello.null_compression_only);
}

std::string to_text(const Pair& pair) {
  constexpr std::string_view kDh[] = {"none", "fixed", "by key"};
  constexpr std::string_view kAuth[] = {"none", "request", "require"};
  return fmt::format("client\n{}server preference {} chacha {} dh {} {} auth {}\n{}", profile_text(pair.client),
                     pair.server.server_preference, pair.server.prioritize_chacha,
                     kDh[static_cast<std::size_t>(pair.server.dh)], pair.server.dh_bits,
                     kAuth[static_cast<std::size_t>(pair.server.client_auth)], profile_text(pair.server));
}

}  // namespace ucready::negotiation
