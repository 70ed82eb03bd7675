// What follows from doubt, and the laws that need no oracle: each over thousands of drawn pairs.
#include <gmock/gmock.h>

#include "tests/upgrade/negotiation/draw.h"
#include "tests/upgrade/negotiation/universe.h"
#include "upgrade/negotiation/doubt.h"

namespace ucready::negotiation {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::uint64_t kPairs = 3000;

// A pair that works with TLSv1.3: the server has both kinds of key, the client trusts their root.
Pair two_keys() {
  Pair pair;
  for (Profile* const end : {static_cast<Profile*>(&pair.client), static_cast<Profile*>(&pair.server)}) {
    end->versions = {tls::kTls13, tls::kTls12};
    end->suites = {{0xc02b}, {0xc02f}};
    end->suites_tls13 = {{0x1301}};
    end->groups = {{0x1d}, {0x17}};
    end->schemes = {{0x0403}, {0x0804}};
    end->trust = trust_of(kRoot);
  }
  pair.server.keys = {identities()[1 * kFlaws].chain, identities()[3 * kFlaws].chain};
  return pair;
}

const std::string& rsa_leaf() { return identities()[1 * kFlaws].chain.id; }
const std::string& ecdsa_leaf() { return identities()[3 * kFlaws].chain.id; }

const Doubt& preference() {
  static const Doubt doubt =
      doubt_over("the server's certificate preference", "setting",
                 std::vector{CertificatePreference::tls12_ciphers, CertificatePreference::tls13_signature_algorithms},
                 [](Ends& ends, CertificatePreference value) { ends.server.certificate_preference = value; });
  return doubt;
}

TEST(Doubt, IsMootWhereEveryValueEndsAlike) {
  Pair pair = two_keys();
  pair.client.suites = {{0xc02f}, {0xc02b}};

  const Verdict verdict = weigh(pair.client, pair.server, {preference()});

  EXPECT_EQ(verdict.works, Works::yes);
  EXPECT_EQ(verdict.grade, Grade::robust);
  EXPECT_EQ(verdict.combinations, 2U);
  EXPECT_THAT(verdict.deciding, IsEmpty());
  EXPECT_EQ(verdict.outcome.server_leaf, "") << "the values differ in the leaf, so none is foretold";
  EXPECT_EQ(verdict.outcome.version, tls::kTls13);
}

TEST(Doubt, NamesTheFactThatDecides) {
  Pair pair = two_keys();
  pair.client.suites = {{0xc02f}, {0xc02b}};
  pair.client.trust.anchors[ecdsa_leaf()] = Anchor::none;
  const Doubt idle = doubt_over("the server's order", "setting", std::vector{true, false},
                                [](Ends& ends, bool value) { ends.server.prioritize_chacha = value; });

  const Verdict verdict = weigh(pair.client, pair.server, {idle, preference()});

  EXPECT_EQ(verdict.works, Works::unknown);
  EXPECT_EQ(verdict.grade, Grade::unknown);
  EXPECT_THAT(verdict.deciding, ElementsAre(Decisive{"the server's certificate preference", "setting"}));
  EXPECT_THAT(verdict.explanation, HasSubstr("turns on the server's certificate preference"));
  EXPECT_THAT(verdict.explanation, HasSubstr("the client's store vouches for no part of the server's chain"));
}

TEST(Doubt, NeedNotUndoWhatAnotherOfItsValuesDid) {
  const Pair pair = two_keys();
  const Doubt spoils =
      doubt_over("whether it is spoilt", "setting", std::vector{false, true}, [](Ends& ends, bool spoilt) {
        if (spoilt) ends.server.versions.clear();
      });
  const Doubt idle = doubt_over("the server's order", "setting", std::vector{true, false},
                                [](Ends& ends, bool value) { ends.server.prioritize_chacha = value; });

  const Verdict verdict = weigh(pair.client, pair.server, {spoils, idle});

  EXPECT_THAT(verdict.deciding, ElementsAre(Decisive{"whether it is spoilt", "setting"}));
}

TEST(Doubt, RestsOnWhatIsAssumedAndSaysSo) {
  Pair pair = two_keys();
  pair.client.suites = {{0xc02f}, {0xc02b}};
  pair.client.trust.anchors[ecdsa_leaf()] = Anchor::none;
  Doubt assumed = preference();
  assumed.assumed = 0;

  const Verdict verdict = weigh(pair.client, pair.server, {assumed});

  EXPECT_EQ(verdict.works, Works::yes);
  EXPECT_EQ(verdict.grade, Grade::derived);
  EXPECT_EQ(verdict.outcome.server_leaf, rsa_leaf());
  EXPECT_THAT(verdict.explanation, HasSubstr("rests on what is assumed of the server's certificate preference"));
}

TEST(Doubt, FollowsEachKindOfStackWhereNobodyMeasuredTheOne) {
  Pair pair = two_keys();
  pair.client.versions = pair.server.versions = {tls::kTls12};
  pair.client.renegotiation_info = pair.server.renegotiation_info = false;
  pair.client.stack = Stack::schannel_2022;

  const Verdict verdict = weigh(pair.client, pair.server, {});

  EXPECT_EQ(verdict.combinations, 3U);
  EXPECT_EQ(verdict.works, Works::unknown) << "OpenSSL 3 refuses such a server, the others take it";
  EXPECT_THAT(verdict.deciding, ElementsAre(Decisive{"how schannel-2022 (the client's stack) chooses", "stack"}));
}

TEST(Doubt, GivesUpBeforeItFollowsTooMuch) {
  const Pair pair = two_keys();
  std::vector<Doubt> doubts;
  for (int i = 0; i < 5; ++i) {
    doubts.push_back(doubt_over("the level", "level", std::vector<int>(10, i),
                                [](Ends& ends, int value) { ends.server.security_level = value; }));
  }
  const Verdict verdict = weigh(pair.client, pair.server, doubts);
  EXPECT_EQ(verdict.grade, Grade::unknown);
  EXPECT_EQ(verdict.combinations, 0U);
}

TEST(Law, AnUnknownFieldWorksOnlyIfAllItsValuesDo) {
  std::size_t divided = 0;
  for (std::uint64_t seed = 0; seed < kPairs; ++seed) {
    const Pair pair = Drawer(seed).draw();
    const Doubt level = doubt_over("the client's level", "security_level", std::vector<int>{0, 1, 2},
                                   [](Ends& ends, int value) { ends.client.security_level = value; });
    const Doubt stack = doubt_over("the server's stack", "stack",
                                   std::vector{Stack::openssl_11, Stack::openssl_3, Stack::java_17, Stack::gnutls},
                                   [](Ends& ends, Stack value) { ends.server.stack = value; });
    const Verdict verdict = weigh(pair.client, pair.server, {level, stack});
    std::size_t works = 0;
    for (const auto& set_level : level.values) {
      for (const auto& set_stack : stack.values) {
        Ends ends{pair.client, pair.server};
        set_level(ends);
        set_stack(ends);
        if (negotiate(ends.client, ends.server).works()) ++works;
      }
    }
    const Works expected = works == 12 ? Works::yes : works == 0 ? Works::no : Works::unknown;
    EXPECT_EQ(verdict.works, expected) << "seed " << seed;
    EXPECT_EQ(verdict.deciding.empty(), expected != Works::unknown) << "seed " << seed;
    if (expected == Works::unknown) ++divided;
  }
  EXPECT_GE(divided, 100U);
}

TEST(Law, AWiderStoreNeverBreaksWhatWorks) {
  std::size_t compared = 0;
  for (std::uint64_t seed = 0; seed < kPairs; ++seed) {
    for (const Stack stack : {Stack::openssl_3, Stack::java_17, Stack::gnutls}) {
      Pair pair = Drawer(seed).draw();
      pair.client.stack = pair.server.stack = stack;
      if (!negotiate(pair.client, pair.server).works()) continue;
      for (Profile* const end : {static_cast<Profile*>(&pair.client), static_cast<Profile*>(&pair.server)}) {
        for (auto& [id, anchor] : end->trust.anchors) {
          if (anchor != Anchor::root && anchor != Anchor::leaf) anchor = Anchor::root;
        }
      }
      ++compared;
      EXPECT_TRUE(negotiate(pair.client, pair.server).works()) << "seed " << seed;
    }
  }
  EXPECT_GE(compared, 500U);
}

TEST(Law, WhatIsAppendedToTheClientsListsChangesNothingWhereTheClientsOrderRules) {
  std::size_t compared = 0;
  for (std::uint64_t seed = 0; seed < kPairs; ++seed) {
    Pair pair = Drawer(seed).draw();
    pair.server.server_preference = false;
    const Outcome before = negotiate(pair.client, pair.server);
    if (!before.works() || before.hello_retry) continue;
    const auto append = [](auto& list, const auto& all) {
      for (const auto& item : all) {
        if (!contains(list, item)) list.push_back(item);
      }
    };
    append(pair.client.suites, universe_suites());
    append(pair.client.suites_tls13, universe_suites_tls13());
    // Where a group was wanting, or an EC key's curve, one more is a new choice and not one of order.
    const bool has_ecdsa =
        std::ranges::any_of(pair.server.keys, [](const Chain& chain) { return chain.key == KeyKind::ecdsa; });
    if (before.group && !has_ecdsa) append(pair.client.groups, universe_groups());
    const Outcome after = negotiate(pair.client, pair.server);
    ++compared;
    EXPECT_EQ(after.suite, before.suite) << "seed " << seed;
    EXPECT_EQ(after.group, before.group) << "seed " << seed;
    EXPECT_EQ(after.scheme, before.scheme) << "seed " << seed;
    EXPECT_EQ(after.server_leaf, before.server_leaf) << "seed " << seed;
    EXPECT_TRUE(after.works()) << "seed " << seed;
  }
  EXPECT_GE(compared, 300U);
}

TEST(Law, TheSameProfilesGiveTheSameOutcome) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const Pair pair = Drawer(seed).draw();
    EXPECT_EQ(negotiate(pair.client, pair.server), negotiate(pair.client, pair.server));
  }
}

TEST(Law, EveryOutcomeIsToldInOneSentence) {
  for (std::uint64_t seed = 0; seed < kPairs; ++seed) {
    const Pair pair = Drawer(seed).draw();
    const Outcome outcome = negotiate(pair.client, pair.server);
    EXPECT_THAT(outcome.explanation, testing::StartsWith(outcome.works() ? "Works with TLSv1." : "Breaks: "));
    EXPECT_THAT(outcome.explanation, testing::EndsWith("."));
    EXPECT_THAT(outcome.explanation, testing::Not(HasSubstr("\n")));
  }
}

}  // namespace
}  // namespace ucready::negotiation
