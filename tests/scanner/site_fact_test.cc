#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scanner/site_file.h"
#include "tests/scanner/site_example.h"

namespace ucready {
void PrintTo(const Fact& fact, std::ostream* out) {
  *out << fact.cluster << '/' << fact.node << ' ' << fact.service << ' ' << fact.port << ' ' << fact.name << '='
       << fact.value << " line " << fact.line;
}
}  // namespace ucready

namespace ucready::scanner {
namespace {

using testing::Contains;

Fact declared(const char* cluster, const char* node, const char* service, int port, const char* name, const char* value,
              int line) {
  return {cluster, node, service, port, name, value, Confidence::declared, "hq.yaml", line};
}

TEST(SiteFacts, SayWhatTheFileSaysWhereItSaysIt) {
  const std::vector<Fact> facts = facts_of(read_site_text(kSiteExample, "hq.yaml", catalogue()).value());

  EXPECT_THAT(facts, Contains(declared("hq-cucm", "", "", 0, "product", "cucm", 4)));
  EXPECT_THAT(facts, Contains(declared("hq-cucm", "", "", 0, "release", "14SU3", 5)));
  EXPECT_THAT(facts, Contains(declared("hq-cucm", "", "", 0, "target", "15SU4a", 6)));
  EXPECT_THAT(facts, Contains(declared("hq-cucm", "", "", 0, "tls_min", "TLSv1.2", 9)));
  EXPECT_THAT(facts, Contains(declared("hq-cucm", "cucm-pub", "", 0, "address", "10.0.0.11", 14)));
  EXPECT_THAT(facts, Contains(declared("hq-cucm", "cucm-pub", "", 0, "role", "publisher", 14)));
  EXPECT_THAT(facts, Contains(declared("hq-cucm", "cucm-sub", "", 0, "address", "10.0.0.12", 16)));
  EXPECT_THAT(facts, Contains(declared("hq-cucm", "", "sip-trunk", 0, "tls_max", "TLSv1.2", 19)));
  EXPECT_THAT(facts, Contains(declared("hq-cucm", "", "", 8443, "interface", "https", 21)));
  EXPECT_THAT(facts, Contains(declared("hq-cucm", "", "", 8443, "server_name", "cucm.example.com", 21)));
  EXPECT_THAT(facts, Contains(declared("hq-cucm", "", "", 5061, "tls_max", "TLSv1.2", 22)));
  EXPECT_THAT(facts, Contains(declared("hq-phones", "", "", 0, "count", "1900", 24)));
  EXPECT_THAT(facts, Contains(declared("hq-phones", "", "", 0, "addresses", "10.1.0.0/24", 24)));
}

TEST(SiteFacts, SayNothingOfWhatWasOmitted) {
  const std::vector<Fact> facts =
      facts_of(read_site_text("site: a\nclusters: [{name: c, product: cucm}]", "hq.yaml", catalogue()).value());

  EXPECT_THAT(facts, testing::ElementsAre(declared("c", "", "", 0, "product", "cucm", 2)));
}

}  // namespace
}  // namespace ucready::scanner
