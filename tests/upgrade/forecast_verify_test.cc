// What is said of a wave, from literal forecasts and literal evidence.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "upgrade/forecast/verify.h"
#include "upgrade/forecast/wave_done.h"

namespace ucready::forecast {
namespace {

using db::HopOutcome;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string kLeaf(64, 'a');
const std::string kOther(64, 'b');

db::WaveHop hop(HopOutcome outcome, const std::string& reason = "") {
  db::WaveHop made;
  made.hop = {"expc", "c1", "traffic-server", "cucm", "pub", "10.0.0.11", 6972, "tftp-https", "", false};
  made.outcome = outcome;
  made.reason = reason;
  made.version = "TLSv1.2";
  made.key_type = "ecdsa";
  made.certificate_sha256 = kLeaf;
  return made;
}

db::ScannedListener listener(const std::string& outcome = "accepted", const std::string& leaf = kLeaf) {
  return {"cucm", "pub", 6972, "tls", "", {{"TLSv1.2", outcome, ""}}, {{"TLSv1.2", "ecdsa", leaf}}};
}

db::CapturedHandshakes handshakes(std::int64_t full, std::int64_t failed) {
  db::CapturedHandshakes seen;
  seen.client = "expc";
  seen.client_node = "c1";
  seen.client_service = "traffic-server";
  seen.server = "cucm";
  seen.server_node = "pub";
  seen.port = 6972;
  seen.full = full;
  seen.failed = failed;
  seen.failure = "client unknown_ca";
  return seen;
}

Verified of_hop(const db::WaveHop& forecast, const std::vector<db::ScannedListener>& scanned,
                const std::vector<db::CapturedHandshakes>& captured) {
  return verify({forecast}, scanned, captured).hops.front().verified;
}

TEST(Verify, NeverCallsAHopProvenByAScan) {
  for (const HopOutcome outcome : {HopOutcome::works, HopOutcome::breaks, HopOutcome::unknown}) {
    for (const char* answer : {"accepted", "refused", "timeout"}) {
      for (const std::string& leaf : {kLeaf, kOther}) {
        EXPECT_NE(of_hop(hop(outcome, "untrusted_server_certificate"), {listener(answer, leaf)}, {}), Verified::proven);
      }
    }
  }
}

struct HandshakeCase {
  HopOutcome forecast;
  std::int64_t full;
  std::int64_t failed;
  Verified expected;
};

TEST(Verify, JudgesHandshakesByWhatWasForecast) {
  const HandshakeCase cases[] = {
      {HopOutcome::works, 3, 0, Verified::proven},       {HopOutcome::works, 0, 3, Verified::worse},
      {HopOutcome::works, 9, 1, Verified::worse},        {HopOutcome::breaks, 3, 0, Verified::better},
      {HopOutcome::breaks, 0, 3, Verified::as_forecast}, {HopOutcome::breaks, 9, 1, Verified::as_forecast},
      {HopOutcome::unknown, 3, 0, Verified::proven},     {HopOutcome::unknown, 0, 3, Verified::worse},
  };
  for (const HandshakeCase& each : cases) {
    EXPECT_EQ(of_hop(hop(each.forecast, "untrusted_server_certificate"), {}, {handshakes(each.full, each.failed)}),
              each.expected)
        << to_text(each.forecast) << ' ' << each.full << ' ' << each.failed;
  }
}

TEST(Verify, TakesResumedAndUnfinishedAndOldConnectionsForNoProof) {
  db::CapturedHandshakes seen = handshakes(0, 0);
  seen.resumed = 5;
  auto told = verify({hop(HopOutcome::works)}, {}, {seen}).hops.front();
  EXPECT_EQ(told.verified, Verified::not_seen);
  EXPECT_THAT(told.because, HasSubstr("only resumed sessions"));

  seen.resumed = 0;
  seen.midstream = 2;
  told = verify({hop(HopOutcome::works)}, {listener()}, {seen}).hops.front();
  EXPECT_EQ(told.verified, Verified::as_forecast);
  EXPECT_EQ(told.evidence, "scan");
  EXPECT_THAT(told.because, HasSubstr("connected since before the capture"));
}

struct ListenerCase {
  db::WaveHop forecast;
  db::ScannedListener seen;
  Verified expected;
  std::string because;
};

TEST(Verify, HoldsAListenerAgainstTheForecast) {
  db::ScannedListener silent = listener();
  silent.state = "timeout";
  db::ScannedListener rsa = listener();
  rsa.leaves.front().key_type = "rsa";
  db::ScannedListener only_versions = listener();
  only_versions.leaves.clear();
  const std::string untrusted = "untrusted_server_certificate";
  const ListenerCase cases[] = {
      {hop(HopOutcome::works), listener(), Verified::as_forecast, "accepts TLSv1.2 and shows the ecdsa certificate"},
      {hop(HopOutcome::works), listener("refused"), Verified::worse, "does not accept TLSv1.2"},
      {hop(HopOutcome::works), silent, Verified::worse, "answers without TLS: timeout"},
      {hop(HopOutcome::works), rsa, Verified::worse, "shows no ecdsa certificate at TLSv1.2 but only rsa"},
      {hop(HopOutcome::works), listener("accepted", kOther), Verified::worse, "shows another ecdsa certificate"},
      {hop(HopOutcome::works), only_versions, Verified::not_seen, "which certificate it shows was not asked"},
      {hop(HopOutcome::breaks, untrusted), listener(), Verified::as_forecast, "still shows the ecdsa certificate"},
      {hop(HopOutcome::breaks, untrusted), listener("accepted", kOther), Verified::better, "no longer shows"},
      {hop(HopOutcome::breaks, "client_certificate_missing"), listener("accepted", kOther), Verified::not_seen,
       "that was not the reason"},
      {hop(HopOutcome::unknown, "missing_trust"), listener(), Verified::not_seen, "nothing was forecast"},
  };
  for (const ListenerCase& each : cases) {
    const auto told = verify({each.forecast}, {each.seen}, {}).listeners.front();
    EXPECT_EQ(told.verified, each.expected) << told.because;
    EXPECT_THAT(told.because, HasSubstr(each.because));
  }
}

TEST(Verify, TellsOfAListenerWhatIsWorstForOneOfItsHops) {
  db::WaveHop second = hop(HopOutcome::works);
  second.hop.client_node = "c2";
  second.version = "TLSv1.3";
  db::ScannedListener seen = listener();
  seen.versions.push_back({"TLSv1.3", "refused", "protocol_version"});

  const Verification told = verify({hop(HopOutcome::works), second}, {seen}, {});

  ASSERT_EQ(told.listeners.size(), 1U);
  EXPECT_EQ(told.listeners[0].verified, Verified::worse);
  EXPECT_EQ(told.hops[0].verified, Verified::as_forecast);
  EXPECT_EQ(told.hops[1].verified, Verified::worse);
}

TEST(Verify, TakesAnotherClientServiceOnlyWhereItCanBeNoOtherHop) {
  db::CapturedHandshakes seen = handshakes(1, 0);
  seen.client_service = "https";
  EXPECT_EQ(of_hop(hop(HopOutcome::works), {}, {seen}), Verified::proven);

  db::WaveHop second = hop(HopOutcome::works);
  second.hop.client_service = "https";
  const Verification told = verify({hop(HopOutcome::works), second}, {}, {seen});
  EXPECT_EQ(told.hops[0].verified, Verified::not_seen);
  EXPECT_EQ(told.hops[1].verified, Verified::proven);
}

// cucm is upgraded in wave 1 and in wave 3 has its minimum raised; imp is upgraded in wave 2.
db::KeptPlan three_waves() {
  db::KeptPlan plan;
  plan.plan = {"01", "plan", "hq", "2027-01-01T10:00:00Z", "2027-01-01T10:00:05Z"};
  plan.states = {{"cucm", 0, "14SU3", ""},
                 {"cucm", 1, "15SU4a", "upgrade to 15SU4a"},
                 {"cucm", 2, "15SU4a", "tls_min = TLSv1.2"},
                 {"imp", 0, "14SU3", ""},
                 {"imp", 1, "15SU4a", "upgrade to 15SU4a"}};
  plan.steps = {{0, "cucm", 0, 0}, {0, "imp", 0, 0}, {1, "cucm", 0, 1}, {1, "imp", 0, 0},
                {2, "cucm", 1, 1}, {2, "imp", 0, 1}, {3, "cucm", 1, 2}, {3, "imp", 1, 1}};
  return plan;
}

LaterRun scan(const std::string& id, const std::string& ended, const std::string& cucm, const std::string& imp,
              const std::string& minimum = "") {
  LaterRun later;
  later.run = {id, "scan", "hq", ended, ended};
  later.stand.releases = {{"cucm", cucm}, {"imp", imp}};
  if (!minimum.empty()) later.stand.settings[{"cucm", "tls_min"}] = minimum;
  return later;
}

TEST(WaveDone, FollowsReleasesAndSettings) {
  const db::KeptPlan plan = three_waves();
  EXPECT_EQ(find_wave_done(plan, {}, {scan("02", "2027-01-02T00:00:00Z", "14SU3", "14SU3")}).wave, 0);
  EXPECT_EQ(find_wave_done(plan, {}, {scan("02", "2027-01-02T00:00:00Z", "15SU4a", "14SU3")}).wave, 1);
  EXPECT_EQ(find_wave_done(plan, {}, {scan("02", "2027-01-02T00:00:00Z", "15SU4a", "15SU4a")}).wave, 2);
  const auto last = scan("02", "2027-01-02T00:00:00Z", "15SU4a", "15SU4a", "TLSv1.2");
  EXPECT_EQ(find_wave_done(plan, {}, {last}).wave, 3);
}

TEST(WaveDone, DoesNotTakeASettingThatWasAlwaysSoForAStep) {
  db::StandTold before;
  before.settings[{"cucm", "tls_min"}] = "TLSv1.2";
  const auto later = scan("02", "2027-01-02T00:00:00Z", "15SU4a", "15SU4a", "TLSv1.2");

  EXPECT_EQ(find_wave_done(three_waves(), before, {later}).wave, 2);
}

TEST(WaveDone, CountsOnlyWhatWasSeenAfterTheWave) {
  const std::vector<LaterRun> later = {scan("02", "2027-01-02T00:00:00Z", "15SU4a", "14SU3"),
                                       scan("03", "2027-01-03T00:00:00Z", "15SU4a", "15SU4a")};

  const WaveDone done = find_wave_done(three_waves(), {}, later);

  EXPECT_EQ(done.wave, 2);
  EXPECT_EQ(done.since, "2027-01-02T00:00:00Z");
  EXPECT_EQ(done.scan, "03");
  EXPECT_THAT(done.signs, ElementsAre("imp is at 15SU4a by the scan of 2027-01-03T00:00:00Z"));
}

TEST(WaveDone, SaysWhichStepsNothingShows) {
  const WaveDone done = find_wave_done(three_waves(), {}, {scan("02", "2027-01-02T00:00:00Z", "14SU3", "15SU4a")});

  EXPECT_EQ(done.wave, 2);
  EXPECT_THAT(done.signs, ElementsAre(HasSubstr("imp is at 15SU4a"), "nothing shows that cucm did its step of wave 1"));
}

TEST(WaveDone, LetsTheCallerNameTheWave) {
  const std::vector<LaterRun> told_nothing = {scan("02", "2027-01-02T00:00:00Z", "14SU3", "14SU3")};
  WaveDone done = find_wave_done(three_waves(), {}, told_nothing, 2);
  EXPECT_EQ(done.wave, 2);
  EXPECT_EQ(done.scan, "02");
  EXPECT_EQ(done.since, "2027-01-01T10:00:05Z");

  // A scan that shows wave 1 was made before wave 2.
  done = find_wave_done(three_waves(), {}, {scan("02", "2027-01-02T00:00:00Z", "15SU4a", "14SU3")}, 2);
  EXPECT_THAT(done.scan, IsEmpty());
  EXPECT_THAT(done.signs, testing::Contains(HasSubstr("still shows wave 1")));
}

TEST(WaveDone, SeesAnUpgradeThatNobodyToldInWhatListenersAccept) {
  db::StandTold before;
  before.accepted["cucm"] = {"pub:443 TLSv1.2"};
  LaterRun later = scan("02", "2027-01-02T00:00:00Z", "14SU3", "14SU3");
  later.stand.accepted["cucm"] = {"pub:443 TLSv1.2", "pub:443 TLSv1.3"};
  EXPECT_EQ(find_wave_done(three_waves(), before, {later}).wave, 1);

  later.stand.accepted["cucm"] = {};  // Nothing answered: that is no upgrade.
  EXPECT_EQ(find_wave_done(three_waves(), before, {later}).wave, 0);
}

TEST(WaveDone, KnowsAReleaseInAnotherSpelling) {
  const auto catalogue = upgrade::Catalogue::built_in();
  ASSERT_TRUE(catalogue);
  LaterRun later = scan("02", "2027-01-02T00:00:00Z", "15.0.1.14901-2", "not to be read");
  for (const char* cluster : {"cucm", "imp"}) later.stand.settings[{cluster, "product"}] = cluster;

  spell_as_planned(three_waves(), *catalogue, later.stand);

  EXPECT_EQ(later.stand.releases["cucm"], "15SU4a");
  EXPECT_EQ(later.stand.releases["imp"], "not to be read");
}

TEST(WaveDone, LeavesAReleaseThatCouldBeTwoOfThePlansAsItIs) {
  db::KeptPlan plan = three_waves();
  plan.states[0].release = "15.0.1.14901-2";  // 15SU4a by its build number, as state 1 by its name.
  LaterRun later = scan("02", "2027-01-02T00:00:00Z", "15SU4a ES05", "14SU3");
  later.stand.settings[{"cucm", "product"}] = "cucm";

  spell_as_planned(plan, *upgrade::Catalogue::built_in(), later.stand);

  EXPECT_EQ(later.stand.releases["cucm"], "15SU4a ES05");

  plan.states[0].release = "14SU3";
  spell_as_planned(plan, *upgrade::Catalogue::built_in(), later.stand);
  EXPECT_EQ(later.stand.releases["cucm"], "15SU4a");
}

}  // namespace
}  // namespace ucready::forecast
