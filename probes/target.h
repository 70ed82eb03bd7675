// One interface to be probed.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "db/offer_answer.h"
#include "tls/hello_offer.h"

namespace ucready::probes {

// What a client offers, to be asked in its place.
struct RecordedOffer {
  std::string offer_id;
  tls::HelloOffer hello;  // By tls::offer_of_recording().
  std::vector<db::OfferingClient> clients;
};

struct Target {
  std::string site;
  std::string cluster;
  std::string node;
  std::string host;  // IP address or name, as given.
  std::uint16_t port = 0;
  std::string protocol;  // A protocol of the contract.
  std::string product;   // Empty where unknown.
  std::string release;
  std::string server_name;  // Known name of the interface; certificates are then asked for with and without it.
  std::string domain;       // Served domain, for dialects that need one.
  bool declared = false;    // The site file or the user names this very interface; otherwise the catalogue does.
  std::shared_ptr<const std::vector<RecordedOffer>> offers{};  // Where there are any, these alone are asked.
};

// Gives one target after the other, so that a long list is never held whole; nothing at its end.
using TargetSource = std::function<std::optional<Target>()>;

}  // namespace ucready::probes
