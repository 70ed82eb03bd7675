#include "scanner/identity_places.h"

#include <algorithm>

namespace ucready::scanner {
namespace {

constexpr std::string_view kEcdsa = "-ECDSA";
constexpr std::string_view kOwn = "server";  // An Expressway's.

bool has_source(const upgrade::Evidence& evidence) {
  return evidence.confidence == "source" || evidence.confidence == "seed";
}

}  // namespace

std::vector<IdentityPlace> places_of(const upgrade::Product& product, std::string_view identity) {
  const bool ecdsa = identity.ends_with(kEcdsa);
  if (ecdsa) identity.remove_suffix(kEcdsa.size());
  const bool clients_alone = identity == "client";
  if (clients_alone) identity = kOwn;
  std::vector<IdentityPlace> places;
  for (const upgrade::CatalogueInterface& interface : product.interfaces) {
    if (clients_alone || interface.certificate != identity || interface.protocol.empty()) continue;
    if (!ecdsa || interface.ecdsa) places.push_back({"", interface.port, has_source(interface.evidence)});
  }
  for (const upgrade::CatalogueClientService& service : product.client_services) {
    if (service.certificate == identity) places.push_back({service.name, 0, has_source(service.evidence)});
  }
  std::ranges::sort(places);
  places.erase(std::unique(places.begin(), places.end()), places.end());
  return places;
}

std::set<std::string> identities_of(const upgrade::Product& product) {
  std::set<std::string> names;
  for (const upgrade::CatalogueInterface& interface : product.interfaces) {
    if (interface.certificate.empty()) continue;
    names.insert(interface.certificate);
    if (interface.ecdsa) names.insert(interface.certificate + std::string(kEcdsa));
  }
  for (const upgrade::CatalogueClientService& service : product.client_services) {
    if (!service.certificate.empty()) names.insert(service.certificate);
  }
  return names;
}

}  // namespace ucready::scanner
