#include "passive/packet_filter.h"

#include <fmt/format.h>

#include <algorithm>

#include "passive/capture_file.h"
#include "passive/pcap_handle.h"

namespace ucready::passive {
namespace {

struct LinkNumbers {
  std::uint32_t link_type;
  int dlt;
};

constexpr LinkNumbers kDiffering[] = {
    {50, DLT_PPP_SERIAL}, {51, DLT_PPP_ETHER},   {100, DLT_ATM_RFC1483},
    {101, DLT_RAW},       {102, DLT_SLIP_BSDOS}, {108, DLT_LOOP},
};

}  // namespace

int dlt_of(std::uint32_t link_type) {
  for (const LinkNumbers& numbers : kDiffering) {
    if (numbers.link_type == link_type) return numbers.dlt;
  }
  return static_cast<int>(link_type);
}

std::uint32_t link_type_of(int dlt) {
  for (const LinkNumbers& numbers : kDiffering) {
    if (numbers.dlt == dlt) return numbers.link_type;
  }
  return static_cast<std::uint32_t>(dlt);
}

struct PacketFilter::Program {
  Program() = default;
  ~Program() { pcap_freecode(&code); }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  bpf_program code{};
};

PacketFilter::PacketFilter(std::string expression) : expression_(std::move(expression)) {}
PacketFilter::~PacketFilter() = default;
PacketFilter::PacketFilter(PacketFilter&&) noexcept = default;
PacketFilter& PacketFilter::operator=(PacketFilter&&) noexcept = default;

Result<std::unique_ptr<PacketFilter::Program>> PacketFilter::program_for(const std::string& expression,
                                                                         std::uint32_t link_type) {
  const PcapHandle dead(pcap_open_dead(dlt_of(link_type), kMostPacketBytes));
  auto program = std::make_unique<Program>();
  constexpr int kOptimised = 1;
  if (!dead || pcap_compile(dead.get(), &program->code, expression.c_str(), kOptimised, PCAP_NETMASK_UNKNOWN) != 0) {
    const char* cause = dead ? pcap_geterr(dead.get()) : "no memory";
    return fail(ErrorCode::invalid_input, fmt::format("filter '{}': {}", expression, cause));
  }
  return program;
}

Result<PacketFilter> PacketFilter::compile(const std::string& expression) {
  // What is wrong in itself is wrong for Ethernet too: the first packet is too late to hear of it.
  constexpr std::uint32_t kEthernet = 1;
  auto program = program_for(expression, kEthernet);
  if (!program) return tl::unexpected(program.error());
  PacketFilter filter(expression);
  filter.programs_.emplace(kEthernet, std::move(*program));
  return filter;
}

const PacketFilter::Program* PacketFilter::program(std::uint32_t link_type) {
  if (const auto known = programs_.find(link_type); known != programs_.end()) return known->second.get();
  constexpr std::size_t kMostLinkTypes = 64;
  if (programs_.size() == kMostLinkTypes) return nullptr;
  auto compiled = program_for(expression_, link_type);
  if (!compiled && !trouble_) {
    trouble_ = fmt::format("{}, for packets of link type {}", compiled.error().message, link_type);
  }
  auto program = compiled ? std::move(*compiled) : nullptr;
  return programs_.emplace(link_type, std::move(program)).first->second.get();
}

bool PacketFilter::passes(const Packet& packet) {
  const Program* compiled = program(packet.link_type);
  if (compiled == nullptr) return false;
  pcap_pkthdr header{};
  header.caplen = static_cast<bpf_u_int32>(packet.bytes.size());
  header.len = std::max(header.caplen, packet.wire_bytes);
  return pcap_offline_filter(&compiled->code, &header, packet.bytes.data()) != 0;
}

}  // namespace ucready::passive
