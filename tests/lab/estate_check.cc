#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "dialect.h"
#include "estate.h"
#include "gate.h"
#include "misbehaviour.h"
#include "trouble.h"

namespace ucready::lab {
namespace {

void check_interface(const NodeSpec& node, const InterfaceSpec& spec) {
  const auto refuse = [&](const std::string& what) {
    throw Trouble(fmt::format("line {}: {} port {}: {}", spec.line, node.name, spec.port, what));
  };
  const auto check_identities = [&](const std::vector<std::string>& names) {
    for (const auto& name : names) {
      if (!node.certificates.contains(name)) refuse(fmt::format("no certificate '{}'", name));
    }
  };
  check_identities(spec.identities);
  for (const auto& [name, identities] : spec.sni) check_identities(identities);
  if (find_dialect(spec.dialect) == nullptr) refuse(fmt::format("unknown dialect '{}'", spec.dialect));
  if (find_gate(spec.gate) == nullptr) refuse(fmt::format("unknown gate '{}'", spec.gate));
  if (!spec.behaviour.empty() && find_misbehaviour(spec.behaviour) == nullptr) {
    refuse(fmt::format("unknown behaviour '{}'", spec.behaviour));
  }
  if (spec.behaviour.empty() && spec.identities.empty()) refuse("identities are missing");
  if (spec.client_auth != "none" && spec.client_auth != "request" && spec.client_auth != "require") {
    refuse(fmt::format("client_auth is none, request or require, not '{}'", spec.client_auth));
  }
  if (spec.choice != "library" && spec.choice != "tls12-suites") {
    refuse(fmt::format("choice is library or tls12-suites, not '{}'", spec.choice));
  }
  if (spec.choice != "library" && !spec.sni.empty()) refuse("choice and sni do not go together");
  if (spec.starttls != "offered" && spec.starttls != "refused" && spec.starttls != "absent" &&
      spec.starttls != "endless") {
    refuse(fmt::format("starttls is offered, refused, absent or endless, not '{}'", spec.starttls));
  }
}

}  // namespace

void check_estate(const Estate& estate) {
  std::set<std::string> authorities;
  for (const auto& authority : estate.authorities) {
    if (authority.issuer != "self" && !authorities.contains(authority.issuer)) {
      throw Trouble(fmt::format("authority {}: its issuer {} must stand before it", authority.name, authority.issuer));
    }
    authorities.insert(authority.name);
  }
  std::set<std::pair<std::string, std::uint16_t>> taken;
  for (const auto& cluster : estate.clusters) {
    for (const auto& node : cluster.nodes) {
      for (const auto& [name, recipe] : node.certificates) {
        if (recipe.issuer != "self" && !authorities.contains(recipe.issuer)) {
          throw Trouble(fmt::format("{}: certificate {}: no authority '{}'", node.name, name, recipe.issuer));
        }
      }
      for (const auto& spec : node.interfaces) {
        check_interface(node, spec);
        if (!taken.emplace(node.address, spec.port).second) {
          throw Trouble(fmt::format("line {}: {} port {} is taken twice", spec.line, node.address, spec.port));
        }
      }
    }
  }
}

}  // namespace ucready::lab
