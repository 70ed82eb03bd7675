// What others captured: every file opens, and holds as many packets as tshark found in it.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "passive/decapsulation.h"
#include "passive/packet_source.h"
#include "tests/passive/captures.h"

namespace ucready::passive {
namespace {

namespace fs = std::filesystem;

struct Read {
  std::uint64_t packets = 0;
  std::string fault;
  Decapsulator::Counts counts;
};

Read read_all(const fs::path& file) {
  auto source = open_capture_file(file);
  if (!source) return {.fault = source.error().message};
  Read read;
  Decapsulator decapsulator;
  Packet packet;
  Segment segment;
  while ((*source)->next(packet)) {
    ++read.packets;
    decapsulator.unwrap(packet, segment);
  }
  EXPECT_TRUE((*source)->ended()) << file;
  read.fault = (*source)->fault().value_or("");
  read.counts = decapsulator.counts();
  return read;
}

TEST(Corpus, HoldsAsManyPacketsAsTsharkCounts) {
  const auto files = captures();
  if (files.empty()) GTEST_SKIP() << "there are no shared captures in " << captures_folder();
  for (const fs::path& file : files) {
    std::ifstream in(file.string() + ".facts.json");
    const auto facts = nlohmann::json::parse(in);
    const Read read = read_all(file);
    EXPECT_EQ(read.packets, facts.value("packets", 0U)) << file << ": " << read.fault << " / " << facts["read_error"];
    if (std::getenv("VERBOSE")) {
      std::uint64_t tcp = 0;
      for (auto& [stack, n] : facts["protocol_stacks"].items())
        if (stack.find(":tcp") != std::string::npos) tcp += n.get<std::uint64_t>();
      std::printf("%s %lu tcp=%lu ours=%lu bad=%lu frag=%lu %s\n", file.lexically_relative(captures_folder()).c_str(),
                  read.packets, tcp, read.counts.segments, read.counts.malformed, read.counts.fragments_dropped,
                  read.fault.c_str());
    }
  }
}

}  // namespace
}  // namespace ucready::passive
