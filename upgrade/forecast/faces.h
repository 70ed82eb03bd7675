// Which ends no fact tells apart. A forecast is worked out once for all hops between two faces: a site of a million
// hops has a few hundred kinds of them.
#pragma once

#include <unordered_map>

#include "upgrade/forecast/states.h"

namespace ucready::forecast {

class Faces {
 public:
  // Both must outlive it.
  Faces(const Estate& estate, const States& states) : estate_(estate), states_(states) {}

  // Equal numbers: the same in every state. Of a client's service, and of a listener that is called at `address`.
  std::uint32_t of_client(const std::string& cluster, const std::string& node, const std::string& service,
                          const std::string& protocol);
  std::uint32_t of_server(const std::string& cluster, const std::string& node, int port, const std::string& protocol,
                          const std::string& address);

 private:
  std::uint32_t number(std::string text);
  // States, product and the facts of the whole cluster, as one number.
  std::uint32_t of_cluster(const std::string& cluster);
  std::uint32_t content_of(const trust::TrustStore* store);

  const Estate& estate_;
  const States& states_;
  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::unordered_map<std::string, std::uint32_t> clusters_;
  std::unordered_map<const trust::TrustStore*, std::uint32_t> stores_;
};

}  // namespace ucready::forecast
