// A server's answer as it was seen takes the place of its choice, and of nothing else.
#include <gmock/gmock.h>

#include "tests/upgrade/negotiation/universe.h"
#include "upgrade/negotiation/doubt.h"

namespace ucready::negotiation {
namespace {

using testing::Contains;
using testing::Not;

constexpr CipherSuite kEcdheRsa{0xc02f}, kTls13Suite{0x1301};
constexpr SignatureScheme kEcdsaP256{0x0403}, kPss{0x0804};

const Chain& rsa() { return identities()[1 * kFlaws].chain; }
const Chain& ecdsa() { return identities()[3 * kFlaws].chain; }

Ends good_ends() {
  Ends ends;
  for (Profile* const end : {static_cast<Profile*>(&ends.client), static_cast<Profile*>(&ends.server)}) {
    end->versions = {tls::kTls13, tls::kTls12};
    end->suites = {kEcdheRsa};
    end->suites_tls13 = {kTls13Suite};
    end->groups = {{0x1d}, {0x17}};
    end->schemes = {kEcdsaP256, kPss};
    end->trust = trust_of(kRoot);
  }
  ends.server.keys = {rsa(), ecdsa()};
  return ends;
}

MeasuredAnswer answer_with(const Chain& chain, SignatureScheme scheme) {
  MeasuredAnswer answer;
  answer.version = tls::kTls13;
  answer.suite = kTls13Suite;
  answer.group = Group{0x1d};
  answer.scheme = scheme;
  answer.chain = chain;
  answer.certificate_requested = false;
  return answer;
}

Outcome outcome(const Ends& ends) { return negotiate(ends.client, ends.server); }

TEST(MeasuredAnswer, DecidesWhereTheRulesWouldChooseOtherwise) {
  Ends ends = good_ends();
  ASSERT_EQ(outcome(ends).server_leaf, ecdsa().id);

  ends.server.measured = answer_with(rsa(), kPss);

  const Outcome seen = outcome(ends);
  EXPECT_TRUE(seen.works());
  EXPECT_EQ(seen.server_leaf, rsa().id);
  EXPECT_THAT(seen.branches, Contains(BranchPoint::answer_was_measured));
}

TEST(MeasuredAnswer, IsJudgedByTheClientLikeAnyOther) {
  Ends ends = good_ends();
  ends.server.measured = answer_with(rsa(), kPss);
  ends.client.trust.anchors[rsa().id] = Anchor::none;

  const Outcome seen = outcome(ends);
  ASSERT_FALSE(seen.works());
  EXPECT_EQ(seen.refusal->reason, Reason::untrusted_server_certificate);
  EXPECT_EQ(seen.refusal->by, Side::client);
}

TEST(MeasuredAnswer, WithoutSecureRenegotiationIsRefusedByWhoDemandsIt) {
  Ends ends = good_ends();
  MeasuredAnswer old = answer_with(rsa(), kPss);
  old.version = tls::kTls12;
  old.suite = kEcdheRsa;
  old.renegotiation_info = false;
  ends.server.measured = old;
  EXPECT_EQ(outcome(ends).refusal.value().reason, Reason::no_secure_renegotiation);

  ends.server.measured->renegotiation_info = true;
  EXPECT_TRUE(outcome(ends).works());
}

TEST(MeasuredAnswer, ARequestThatWasSeenIsNotDoubted) {
  Ends ends = good_ends();
  ends.server.measured = answer_with(rsa(), kPss);
  ends.server.client_auth = ClientAuth::require;
  EXPECT_TRUE(outcome(ends).works()) << "it was seen to ask nothing";

  ends.server.measured->certificate_requested = true;
  ends.server.client_auth = ClientAuth::none;
  EXPECT_EQ(outcome(ends).refusal.value().reason, Reason::client_certificate_missing);
}

TEST(MeasuredAnswer, ARefusalHasTheAlertThatWasSeenAndTheReasonThatTheRulesKnow) {
  Ends ends = good_ends();
  ends.server.measured = MeasuredAnswer{.refused = alert::kHandshakeFailure};
  EXPECT_EQ(outcome(ends).refusal.value().reason, Reason::no_common_cipher);
  EXPECT_EQ(outcome(ends).refusal.value().by, Side::server);

  ends.server.groups = {{0x19}};
  EXPECT_EQ(outcome(ends).refusal.value().reason, Reason::no_common_group);
}

TEST(MeasuredAnswer, SettlesTheDoubtAboutTheChoiceAndLeavesTheOneAboutTrust) {
  const auto order = [](Ends& ends, bool rsa_first) {
    ends.server.server_preference = rsa_first;
    ends.server.schemes = rsa_first ? std::vector{kPss, kEcdsaP256} : std::vector{kEcdsaP256, kPss};
  };
  const auto trust = [](Ends& ends, bool trusted) {
    ends.client.trust.anchors[rsa().id] = trusted ? Anchor::root : Anchor::none;
  };
  const Doubt choice = doubt_over("whose order decides", "stack", std::vector{true, false}, order);
  const Doubt store = doubt_over("what the store holds", "trust", std::vector{true, false}, trust);
  Ends ends = good_ends();
  ends.client.trust.anchors[ecdsa().id] = Anchor::none;
  ASSERT_EQ(weigh(ends.client, ends.server, {choice}).works, Works::unknown);

  ends.server.measured = answer_with(rsa(), kPss);

  EXPECT_EQ(weigh(ends.client, ends.server, {choice}).works, Works::yes);
  const Verdict open = weigh(ends.client, ends.server, {choice, store});
  EXPECT_EQ(open.works, Works::unknown);
  EXPECT_THAT(open.deciding, Not(Contains(Decisive{"whose order decides", "stack"})));
}

}  // namespace
}  // namespace ucready::negotiation
