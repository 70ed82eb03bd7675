// An interface ready to be served: its TLS contexts, with everything set explicitly so that no openssl.cnf decides.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "estate.h"
#include "gate.h"
#include "pki.h"

namespace ucready::lab {

struct ServedInterface {
  const NodeSpec* node = nullptr;
  const InterfaceSpec* spec = nullptr;
  std::uint16_t port = 0;  // With the offset.
  TlsContext context;      // Empty where no identity is given.
  std::map<std::string, TlsContext> context_by_name;
  std::map<int, TlsContext> context_by_authentication;  // By OpenSSL's NID of a suite's; where the suites choose.
  std::map<std::string, std::string> files;             // By path, besides the pages.
  mutable GateState gate;
};

// On the heap: OpenSSL keeps its address for the choice by server name.
using ServedInterfaces = std::vector<std::unique_ptr<ServedInterface>>;

ServedInterfaces prepare_interfaces(const Estate& estate, Pki& pki, int port_offset);

}  // namespace ucready::lab
