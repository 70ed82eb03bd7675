// One interface to be probed.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace ucready::probes {

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
};

// Gives one target after the other, so that a long list is never held whole; nothing at its end.
using TargetSource = std::function<std::optional<Target>()>;

}  // namespace ucready::probes
