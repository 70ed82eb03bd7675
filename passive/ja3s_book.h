// JA3S: the label that salesforce's specification gives a ServerHello; made once for each kind.
#pragma once

#include <string>
#include <vector>

#include "core/bytes.h"
#include "tls/server_hello.h"

namespace ucready::passive {

// Before it is hashed: version, suite, extensions, in decimal and wire order.
std::string ja3s_text(const tls::ServerHello& hello);

class Ja3sBook {
 public:
  const std::string& read(const tls::ServerHello& hello);  // Ends with the next call.

 private:
  struct Place {
    tls::Version version;
    tls::CipherSuite suite;
    std::vector<tls::ExtensionType> extensions;
    std::string ja3s;
  };
  static constexpr std::size_t kPlaces = 1024;
  static constexpr std::size_t kMostExtensions = 64;  // With more it is made each time.

  std::vector<Place> places_{kPlaces};
  std::string unkept_;
};

}  // namespace ucready::passive
