// The rules on what TLS 1.3 cannot do in some products: authenticated mode, Microsoft SQL Server, Common Criteria,
// media forking, ECDSA at TLS 1.0.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/report/judged_run.h"

namespace ucready::report {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Fact product(const std::string& cluster, const std::string& value) {
  return {.cluster = cluster, .name = "product", .value = value};
}
Fact setting(const std::string& cluster, const std::string& name, const std::string& value, int port = 0) {
  return {.cluster = cluster, .port = port, .name = name, .value = value};
}
db::OrderStep raised(const std::string& cluster, int wave, const std::string& name = "tls_min",
                     const std::string& value = "TLSv1.3") {
  return {wave, "", "set", cluster, name, value};
}
db::DeclaredHop hop(const std::string& client, const std::string& server, std::uint16_t port,
                    const std::string& protocol, const std::string& security = "encrypted") {
  db::DeclaredHop made;
  made.client = client;
  made.server = server;
  made.port = port;
  made.protocol = protocol;
  made.security = security;
  return made;
}

class AuthenticatedMode : public testing::Test {
 protected:
  AuthenticatedMode() { run_.connect(hop("hq-7942", "hq-cucm", 2443, "sccp-tls", "authenticated")); }
  std::vector<Finding> judged() {
    run_.judge();
    return run_.findings("authenticated-mode-tls13");
  }
  JudgedRun run_;
};

TEST_F(AuthenticatedMode, IsNoMatterWhileNobodySpeaksTls13) { EXPECT_THAT(judged(), IsEmpty()); }

TEST_F(AuthenticatedMode, IsALimitOnceTheServerCouldSpeakTls13) {
  run_.know(setting("hq-cucm", "target_has_tls13", "true"));

  const auto found = judged();

  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, "low");
}

TEST_F(AuthenticatedMode, IsShutOutByAMinimumOnEitherSide) {
  run_.order(raised("hq-7942", 4));
  run_.order(raised("hq-cucm", 3));

  const auto found = judged();

  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, "high");
  EXPECT_EQ(found[0].wave, 3);
  EXPECT_THAT(found[0].evidence, HasSubstr("hq-cucm (the order)"));
}

TEST_F(AuthenticatedMode, IsNotTouchedByAMinimumOfAnotherPort) {
  run_.know(setting("hq-cucm", "tls_min", "TLSv1.3", 8443));
  EXPECT_THAT(judged(), IsEmpty());
}

TEST_F(AuthenticatedMode, LeavesEncryptedHopsAlone) {
  JudgedRun run;
  run.connect(hop("hq-8845", "hq-cucm", 5061, "sip-tls"));
  run.order(raised("hq-cucm", 3));
  run.judge();
  EXPECT_THAT(run.findings("authenticated-mode-tls13"), IsEmpty());
}

class SqlServer : public testing::Test {
 protected:
  std::vector<Finding> judged(const std::string& release, const std::string& target, const std::string& via = "") {
    run_.know(product("hq-imp", "imp"));
    run_.know(setting("hq-imp", "release", release));
    run_.know(setting("hq-imp", "target", target));
    if (!via.empty()) run_.know(setting("hq-imp", "via", via));
    run_.connect(hop("hq-imp", "hq-sql", 1433, "tds"));
    run_.judge();
    return run_.findings("mssql-tls13");
  }
  JudgedRun run_;
};

TEST_F(SqlServer, IsALimitOf15Su2Alone) {
  const auto found = judged("14SU3", "15SU2");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, "low");
}

TEST_F(SqlServer, IsNoneOfALaterRelease) { EXPECT_THAT(judged("14SU3", "15SU4a"), IsEmpty()); }

TEST_F(SqlServer, IsCutOffByARaisedMinimum) {
  run_.order(raised("hq-imp", 5));
  const auto found = judged("14SU3", "15SU2a");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, "high");
  EXPECT_EQ(found[0].wave, 5);
}

TEST_F(SqlServer, IsCutOffByADatabaseThatTakesTls13Alone) {
  auto database = healthy_interface();
  database.key = {"hq", "hq-sql", "sql", "10.0.0.50", 1433, "tds"};
  database.versions = {answered(tls::kTls12, db::VersionOutcome::refused),
                       accepted(tls::kTls13, "TLS_AES_128_GCM_SHA256")};
  run_.see(database);
  const auto found = judged("14SU3", "15SU2");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_THAT(found[0].evidence, HasSubstr("it accepts TLSv1.3 alone"));
}

TEST_F(SqlServer, IsOnlyAStopOnTheWayWhereTheTargetIsLater) {
  run_.order(raised("hq-imp", 5));
  const auto found = judged("14SU3", "15SU4a", "15SU2");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, "low");
}

class CommonCriteria : public testing::Test {
 protected:
  CommonCriteria() {
    run_.know(product("hq-cucm", "cucm"));
    run_.know(setting("hq-cucm", "common_criteria", "true"));
    run_.connect(hop("hq-cube", "hq-cucm", 5061, "sip-tls"));
    run_.connect(hop("hq-cucm", "hq-exp", 5061, "sip-tls"));
  }
  std::vector<Finding> judged() {
    run_.judge();
    return run_.findings("common-criteria-tls13");
  }
  JudgedRun run_;
};

TEST_F(CommonCriteria, IsNoMatterBelowTls13) { EXPECT_THAT(judged(), IsEmpty()); }

TEST_F(CommonCriteria, IsALimitFromTheReleaseOnThatHasTls13) {
  run_.know(setting("hq-cucm", "release_has_tls13", "true"));
  const auto found = judged();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, "low");
}

TEST_F(CommonCriteria, IsOneFindingHoweverManyPeersItShutsOut) {
  run_.know(setting("hq-cucm", "target_has_tls13", "true"));
  run_.know(setting("hq-cube", "transport_tls", "v1.3"));
  run_.order(raised("hq-exp", 2));
  run_.order(raised("lon-cucm", 1));  // No peer.

  const auto found = judged();

  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, "high");
  EXPECT_THAT(found[0].evidence, HasSubstr("hq-cube today"));
  EXPECT_THAT(found[0].evidence, HasSubstr("hq-exp from wave 2"));
}

std::vector<Finding> forking(const std::vector<Fact>& facts) {
  JudgedRun run;
  run.know(product("hq-cube", "cube"));
  for (const Fact& fact : facts) run.know(fact);
  run.judge();
  return run.findings("websocket-forking-tls13");
}

TEST(WebsocketForking, IsAMatterWhereTls13IsInReach) {
  const Fact on = setting("hq-cube", "websocket_forking", "true");
  const Fact reach = setting("hq-cube", "target_has_tls13", "true");
  EXPECT_THAT(forking({on}), IsEmpty());
  EXPECT_THAT(forking({reach, setting("hq-cube", "websocket_forking", "false")}), IsEmpty());

  const auto possible = forking({on, reach});
  ASSERT_THAT(possible, SizeIs(1));
  EXPECT_EQ(possible[0].severity, "medium");

  const auto certain = forking({on, reach, setting("hq-cube", "transport_tls", "v1.3")});
  ASSERT_THAT(certain, SizeIs(1));
  EXPECT_EQ(certain[0].severity, "high");
}

class CubeEcdsa : public testing::Test {
 protected:
  std::vector<Finding> judged(const std::vector<Fact>& facts, const std::string& key_type = "") {
    run_.know(product("hq-cube", "cube"));
    for (const Fact& fact : facts) run_.know(fact);
    if (!key_type.empty()) {
      auto interface = healthy_interface();
      interface.key = {"hq", "hq-cube", "cube", "10.9.0.1", 5061, "sip-tls"};
      interface.product = "cube";
      Certificate leaf = healthy_leaf();
      leaf.key_type = key_type;
      present(interface, {leaf, healthy_intermediate()});
      run_.see(interface);
    }
    run_.judge();
    return run_.findings("cube-ecdsa-tls10");
  }
  JudgedRun run_;
  const Fact only_10_ = setting("hq-cube", "transport_tls", "v1.0");
  const Fact down_to_10_ = setting("hq-cube", "tls_min", "TLSv1.0");
};

TEST_F(CubeEcdsa, CannotServePeersThatEndAtTls10) {
  const auto found = judged({down_to_10_}, "ecdsa");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, "medium");
  EXPECT_THAT(found[0].evidence, HasSubstr("port 5061 shows an ECDSA certificate alone"));
}

TEST_F(CubeEcdsa, CannotBeReachedAtAllWhereTls10IsTheOnlyVersion) {
  const auto found = judged({only_10_, setting("hq-cube", "ciphers", "ECDHE-ECDSA-AES128-GCM-SHA256")});
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, "high");
}

TEST_F(CubeEcdsa, IsNoMatterWithRsa) { EXPECT_THAT(judged({only_10_}, "rsa"), IsEmpty()); }
TEST_F(CubeEcdsa, IsNoMatterWithRsaSuitesBesides) {
  EXPECT_THAT(judged({only_10_, setting("hq-cube", "ciphers", "ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA")}),
              IsEmpty());
}
TEST_F(CubeEcdsa, IsNoMatterAboveTls10) {
  EXPECT_THAT(judged({setting("hq-cube", "tls_min", "TLSv1.2")}, "ecdsa"), IsEmpty());
}

}  // namespace
}  // namespace ucready::report
