// The hops between nodes, millions of them in little room: each a declared hop and the two nodes it is between.
#pragma once

#include <cstdint>
#include <vector>

#include "upgrade/forecast/ends.h"

namespace ucready::forecast {

class Hops {
 public:
  // A declared hop from or to a whole cluster is one for each of its nodes. One that is declared and seen is one.
  // The estate must outlive it.
  explicit Hops(const Estate& estate);

  [[nodiscard]] std::size_t size() const { return hops_.size(); }
  [[nodiscard]] std::size_t without_tls() const { return without_tls_; }  // Left out.
  [[nodiscard]] Hop operator[](std::size_t at) const;

  // What stands for one end of a hop: equal numbers, equal ends.
  struct Ends {
    std::uint32_t declared;
    std::uint32_t client_node;
    std::uint32_t server_node;
  };
  [[nodiscard]] const Ends& ends(std::size_t at) const { return hops_[at]; }
  [[nodiscard]] const db::DeclaredHop& declared(std::size_t at) const;
  [[nodiscard]] const std::string& client_service(std::size_t at) const { return services_[hops_[at].declared]; }

 private:
  struct Node {
    const std::string* name;
    std::string address;
  };
  // The nodes of a hop's end, as numbers.
  std::vector<std::uint32_t> nodes_of(const std::string& cluster, const std::string& node);

  const Estate& estate_;
  std::vector<Ends> hops_;
  std::vector<std::string> services_;  // Of each declared hop.
  std::vector<Node> nodes_;
  std::map<std::pair<std::string, std::string>, std::uint32_t> numbers_;
  std::set<std::string> names_;
  std::size_t without_tls_ = 0;
};

}  // namespace ucready::forecast
