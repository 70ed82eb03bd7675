#include "tests/imports/tell.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "imports/read_export.h"

namespace ucready::imports {

Told tell(std::string_view text, const std::string& path) {
  Told told;
  const Walked walked = walk_bytes(text, path, {}, [&](ExportFile& file) {
    auto read = read_export(file);
    EXPECT_TRUE(read) << "nothing recognises it";
    if (read) told = std::move(*read);
    return true;
  });
  EXPECT_EQ(walked.files, 1U);
  return told;
}

std::vector<std::string> facts_of(const Told& told) {
  std::vector<std::string> facts;
  for (const ToldFact& fact : told.facts) {
    std::string where = fact.node.empty() ? "" : fact.node + " ";
    if (!fact.service.empty()) where += "[" + fact.service + "] ";
    if (fact.port != 0) where += fmt::format(":{} ", fact.port);
    facts.push_back(fmt::format("{}{}={}@{}", where, fact.name, fact.value, fact.line));
  }
  return facts;
}

std::vector<std::string> hops_of(const Told& told) {
  std::vector<std::string> hops;
  for (const ToldHop& hop : told.hops) {
    hops.push_back(fmt::format("{} -> {}:{} {} {}{}@{}", hop.service, hop.host, hop.port, hop.protocol,
                               hop.profile.empty() ? hop.security : "profile " + hop.profile,
                               hop.dormant ? " dormant" : "", hop.line));
  }
  return hops;
}

}  // namespace ucready::imports
