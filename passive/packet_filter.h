// A filter in the language of tcpdump (pcap-filter(7)), on packets of any link type.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "core/result.h"
#include "passive/packet.h"

namespace ucready::passive {

class PacketFilter {
 public:
  // Errors name the filter and libpcap's cause: "filter 'tcp portt 5061': syntax error ...".
  static Result<PacketFilter> compile(const std::string& expression);
  ~PacketFilter();
  PacketFilter(PacketFilter&&) noexcept;
  PacketFilter& operator=(PacketFilter&&) noexcept;

  // Compiled once for each link type. What it cannot be compiled for does not pass, and trouble() says so.
  bool passes(const Packet& packet);
  // The first of such causes, in one clause.
  [[nodiscard]] const std::optional<std::string>& trouble() const { return trouble_; }

 private:
  struct Program;
  explicit PacketFilter(std::string expression);
  static Result<std::unique_ptr<Program>> program_for(const std::string& expression, std::uint32_t link_type);
  const Program* program(std::uint32_t link_type);

  std::string expression_;
  std::map<std::uint32_t, std::unique_ptr<Program>> programs_;  // Null: cannot be compiled. At most 64.
  std::optional<std::string> trouble_;
};

}  // namespace ucready::passive
