// What is to be scanned, from the site file or from the words after `ucready scan`, kept as groups and unfolded one
// target at a time: a network of a million addresses costs no more memory than one host.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "probes/target.h"
#include "scanner/address_range.h"
#include "scanner/site_file.h"
#include "upgrade/catalogue.h"

namespace ucready::scanner {

// Hosts that are asked the same.
struct TargetGroup {
  std::string site;
  std::string cluster;
  std::string node;
  std::string product;
  std::string release;
  AddressRange hosts;
  struct Interface {
    std::uint16_t port = 0;
    std::string protocol;
    std::string server_name;
    std::string domain;
    bool declared = false;
  };
  std::vector<Interface> interfaces;
};

struct TargetList {
  std::vector<TargetGroup> groups;
  std::vector<std::string> left_out;  // "hq-imp 10.0.0.1:5222 xmpp-client: ...": interfaces that cannot be asked yet.

  [[nodiscard]] std::uint64_t size() const;
  // Port by port over all hosts, so that a host's turn comes again only after the others had theirs. The list must
  // outlive the source.
  [[nodiscard]] probes::TargetSource source() const;
};

// The site file's interfaces, or the catalogue's where it names none. Endpoint groups are left alone unless their
// cluster writes `interfaces`.
TargetList targets_of(const Site& site, const upgrade::Catalogue& catalogue);

// HOST, HOST:PORT, PROTOCOL://HOST[:PORT], ADDRESS/BITS. `product` (may be empty) chooses the catalogue's ports for
// targets without one; without a product these are all ports that any product listens on. Errors quote the word and say
// the mend.
Result<TargetGroup> read_target(std::string_view word, const upgrade::Product* product,
                                const upgrade::Catalogue& catalogue);

}  // namespace ucready::scanner
