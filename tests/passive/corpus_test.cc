// What others captured: every file opens, and holds what tshark found in it.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "passive/decapsulation.h"
#include "passive/packet_source.h"
#include "tests/passive/captures.h"

namespace ucready::passive {
namespace {

namespace fs = std::filesystem;

struct Content {
  std::uint64_t packets = 0;
  std::string fault;
  Decapsulator::Counts counts;
  std::multiset<std::string> payloads;
  std::uint64_t payload_bytes = 0;
  std::uint64_t cut_bytes = 0;
};

Content content_of(const fs::path& file) {
  auto source = open_capture_file(file);
  if (!source) {
    ADD_FAILURE() << source.error().message;
    return {};
  }
  Content content;
  Decapsulator decapsulator;
  Packet packet;
  Segment segment;
  while ((*source)->next(packet)) {
    ++content.packets;
    if (!decapsulator.unwrap(packet, segment)) continue;
    content.payload_bytes += segment.payload.size();
    content.cut_bytes += segment.cut;
    if (!segment.payload.empty()) content.payloads.emplace(as_text(segment.payload));
  }
  EXPECT_TRUE((*source)->ended()) << file;
  content.fault = (*source)->fault().value_or("");
  content.counts = decapsulator.counts();
  return content;
}

nlohmann::json facts_of(const fs::path& file) {
  std::ifstream in(file.string() + ".facts.json");
  return nlohmann::json::parse(in);
}

// Packets with TCP in them, by tshark's names of their layers; nothing where the list was shortened.
std::optional<std::uint64_t> tcp_packets(const nlohmann::json& facts) {
  constexpr std::size_t kShortened = 24;
  const auto& stacks = facts.at("protocol_stacks");
  if (stacks.size() >= kShortened) return std::nullopt;
  std::uint64_t packets = 0;
  for (const auto& [stack, count] : stacks.items()) {
    if ((stack + ":").find(":tcp:") != std::string::npos) packets += count.get<std::uint64_t>();
  }
  return packets;
}

// Where we find another number of segments than tshark, and why.
const std::map<std::string, std::string> kOtherCounts = {
    {"ja4/latest.pcapng", "five are quoted by ICMP errors"},
    {"ndpi/fuzz-2006-06-26-2594.pcap", "one lies about its header length"},
    {"ndpi/fuzz-2006-09-29-28586.pcap", "three lie about their header length"},
    {"ndpi/kerberos_fuzz.pcapng", "its header is longer than the packet"},
    {"pcapplusplus/tcp-reassembly.pcap", "one is sampled within sFlow"},
    {"suricata-verify/ipv6-evasion_ipv6-malformed-fragments-25__frag-25.pcap", "a fragment that is not whole"},
    {"suricata-verify/ipv6-evasion_ipv6-malformed-fragments-26__frag-26.pcap", "a fragment that is not whole"},
    {"wireshark/wireguard-ping-tcp-dsb.pcapng", "they are encrypted by WireGuard"},
    {"zeek/tunnels_gre-aruba-amsdu.pcap", "two in one aggregated frame"},
};

TEST(Corpus, HoldsAsManyPacketsAsTsharkCounts) {
  const auto files = captures();
  if (files.empty()) GTEST_SKIP() << "there are no shared captures in " << captures_folder();
  for (const fs::path& file : files) {
    SCOPED_TRACE(file);
    const auto facts = facts_of(file);
    const Content content = content_of(file);
    EXPECT_EQ(content.packets, facts.at("packets").get<std::uint64_t>()) << content.fault;
    EXPECT_TRUE(content.counts.unknown_link_types.empty());
    const std::string name = file.lexically_relative(captures_folder());
    const auto expected = tcp_packets(facts);
    if (!expected) continue;
    EXPECT_EQ(content.counts.segments != *expected, kOtherCounts.contains(name))
        << content.counts.segments << " of " << *expected;
  }
}

TEST(Corpus, CarriesTheSameBytesInEveryWrapping) {
  const fs::path own = captures_folder() / "own";
  if (!fs::exists(own / "plain.pcap")) GTEST_SKIP() << "there are no captures of our own in " << own;
  const Content plain = content_of(own / "plain.pcap");
  ASSERT_GT(plain.payloads.size(), 300U);
  for (const char* name :
       {"erspan2.pcap", "eth-padding.pcap", "gre.pcap", "ipfrag.pcap", "ipip.pcap", "ipv6-ext.pcap", "ipv6.pcap",
        "mpls2.pcap", "nsec.pcap", "null.pcap", "plain.pcap.gz", "plain.pcapng", "pppoe.pcap", "qinq.pcap", "raw.pcap",
        "sll.pcap", "two-links-nsec.pcapng", "vlan.pcap", "vxlan.pcap"}) {
    const Content content = content_of(own / name);
    EXPECT_TRUE(content.payloads == plain.payloads) << name;
    EXPECT_EQ(content.fault, "") << name;
    EXPECT_EQ(content.counts.malformed, 0U) << name;
    EXPECT_EQ(content.counts.fragments_dropped, 0U) << name;
  }
}

TEST(Corpus, SaysWhatIsMissing) {
  const fs::path own = captures_folder() / "own";
  if (!fs::exists(own / "plain.pcap")) GTEST_SKIP() << "there are no captures of our own in " << own;
  const Content plain = content_of(own / "plain.pcap");

  const Content snapped = content_of(own / "snap200.pcap");
  EXPECT_GT(snapped.cut_bytes, 0U);
  EXPECT_EQ(snapped.payload_bytes + snapped.cut_bytes, plain.payload_bytes);
  EXPECT_EQ(content_of(own / "seg200.pcap").payload_bytes, plain.payload_bytes);
  EXPECT_EQ(content_of(own / "ooo.pcap").payload_bytes, plain.payload_bytes);
  EXPECT_EQ(content_of(own / "span-twice.pcap").payload_bytes, 2 * plain.payload_bytes);
  EXPECT_EQ(content_of(own / "cut-mid-packet.pcap").fault.substr(0, 17), "cut short at byte");
}

}  // namespace
}  // namespace ucready::passive
