#include "tests/upgrade/negotiation/comparison.h"

#include <fmt/format.h>

#include "tests/upgrade/negotiation/universe.h"

namespace ucready::negotiation {
namespace {

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

std::string leaf_text(const std::string& id) {
  if (id.empty()) return "-";
  const Identity& identity = identity_of(id);
  return fmt::format("{}/{}", identity.key, static_cast<int>(identity.flaw));
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
