#include "probes/lean_lists.h"

#include <gtest/gtest.h>

#include "probes/hello_offers.h"

namespace ucready::probes {
namespace {

using tls::CipherSuite;
using tls::Group;
using tls::SignatureScheme;
using Leave = LeanLists::Leave;

constexpr CipherSuite kEcdheEcdsa{0xc02b}, kEcdheRsa{0xc02f}, kRsa{0x009c};
constexpr Group kX25519{0x001d}, kP256{0x0017}, kP384{0x0018};
constexpr SignatureScheme kEcdsa256{0x0403}, kEcdsa384{0x0503}, kPss256{0x0804};

class LeanListsTest : public testing::Test {
 protected:
  explicit LeanListsTest(tls::Version version = tls::kTls12) : lists(version, groups, schemes) {}

  tls::HelloOffer lean() {
    tls::HelloOffer offer{.suites = suites};
    lists.fill_lean(offer);
    return offer;
  }
  void take(const tls::HelloOffer& offer, CipherSuite suite, std::optional<Group> group = {},
            std::optional<SignatureScheme> scheme = {}) {
    tls::ServerAnswer answer;
    answer.suite = suite;
    answer.group = group;
    answer.scheme = scheme;
    lists.took(offer, answer, picked++);
  }
  template <typename Point>
  static bool has(const std::vector<Point>& list, Point point) {
    return std::ranges::count(list, point) == 1;
  }

  TurnList<Group> groups{{kX25519, kP256, kP384}};
  TurnList<SignatureScheme> schemes{{kEcdsa256, kEcdsa384, SignatureScheme{0x0603}, kPss256, SignatureScheme{0x0805}}};
  LeanLists lists;
  std::vector<CipherSuite> suites{kEcdheEcdsa, kEcdheRsa, kRsa};
  std::size_t picked = 0;
};

TEST_F(LeanListsTest, LeavesOutWhatTheServerHasShown) {
  EXPECT_FALSE((lean(), lists.lean()));
  take(lean(), kEcdheEcdsa, kX25519, kEcdsa256);
  const tls::HelloOffer next = lean();
  EXPECT_TRUE(lists.lean());
  EXPECT_FALSE(has(next.groups, kX25519) || has(next.schemes, kEcdsa256));
  EXPECT_TRUE(has(next.groups, kP256) && has(next.schemes, kEcdsa384) && has(next.schemes, kPss256));
  EXPECT_TRUE(has(next.schemes_cert, kEcdsa256)) << "chains may be signed with it all the same";
}

TEST_F(LeanListsTest, KeepsTheCurvesThatALeafMayLieOn) {
  take(lean(), kEcdheRsa, kP256, kPss256);
  EXPECT_TRUE(has(lean().groups, kP256));
}

TEST_F(LeanListsTest, DropsThemWhereNoLeafOfThatKindIsLikelyToCome) {
  take(lean(), kEcdheEcdsa, kP256, kEcdsa256);
  suites = {kEcdheRsa, kRsa};
  EXPECT_FALSE(has(lean().groups, kP256));
  EXPECT_TRUE(lists.hides_ecdsa());
}

TEST_F(LeanListsTest, LeavesOutNothingWhereNoSuiteIsLikelyToNeedIt) {
  take(lean(), kEcdheRsa, kX25519, kPss256);
  suites = {kRsa};
  EXPECT_TRUE(has(lean().groups, kX25519) && has(lean().schemes, kPss256));
}

TEST_F(LeanListsTest, KnowsSinceWhenASuiteMayHaveBeenPassedOver) {
  take(lean(), kEcdheEcdsa, kX25519, kEcdsa256);
  take(lean(), kEcdheEcdsa, kP256, kEcdsa384);  // Still to be had: nothing is in doubt.
  lists.stop(Leave::doubted);
  EXPECT_EQ(lists.settle(kEcdheEcdsa), std::nullopt);
  take(lean(), kRsa);
  take(lean(), kRsa);
  EXPECT_FALSE(lists.in_doubt(picked));
  for (int i = 0; i < 6; ++i) take(lean(), kRsa);
  EXPECT_TRUE(lists.in_doubt(picked));
  lists.stop(Leave::doubted);
  EXPECT_EQ(lists.settle(kEcdheEcdsa), 2U);
  EXPECT_FALSE((lean(), lists.lean())) << "what was in doubt is offered whole from then on";
}

TEST_F(LeanListsTest, DoubtsNoPickThatIsMadeAgain) {
  take(lean(), kEcdheRsa, kX25519);
  take(lean(), kRsa);
  lists.undo(picked = 1);
  take(lean(), kRsa);
  lists.stop(Leave::all);
  EXPECT_EQ(lists.settle(kEcdheRsa), 1U);
  take(lean(), kRsa);
  EXPECT_EQ(lists.settle(kEcdheRsa), std::nullopt);
}

TEST_F(LeanListsTest, PassedNothingOverWhereTheNextOneNeedsNothing) {
  take(lean(), kEcdheRsa, kX25519);
  take(lean(), kRsa);
  lists.stop(Leave::all);
  EXPECT_EQ(lists.settle(kRsa), std::nullopt) << "it could be had before, and all that is hidden comes after it";
  EXPECT_EQ(lists.settle(kEcdheRsa), std::nullopt);
}

TEST_F(LeanListsTest, EndsWhereTheCommonOnesAreAllSeen) {
  take(lean(), kEcdheEcdsa, kX25519, kEcdsa256);
  take(lean(), kEcdheEcdsa, kP256, kEcdsa384);
  take(lean(), kEcdheEcdsa, kP384, SignatureScheme{0x0603});
  EXPECT_FALSE((lean(), lists.lean()));
  EXPECT_TRUE(has(lean().schemes, kEcdsa256));
}

TEST_F(LeanListsTest, LeavesOutNoGroupThatAShareIsSentOf) {
  take(lean(), kEcdheRsa, kX25519, kPss256);
  tls::HelloOffer offer{.suites = suites, .key_shares = {kX25519}};
  lists.fill_lean(offer);
  EXPECT_TRUE(has(offer.groups, kX25519));
}

class LeanListsOfTls13 : public LeanListsTest {
 protected:
  LeanListsOfTls13() : LeanListsTest(tls::kTls13) { suites = {kAes128Gcm, kChacha}; }
  static constexpr CipherSuite kAes128Gcm{0x1301}, kChacha{0x1303};
};

TEST_F(LeanListsOfTls13, LeavesOutAnyGroupForNoCurveIsBoundToALeaf) {
  take(lean(), CipherSuite{0x1301}, kP256);
  EXPECT_FALSE(has(lean().groups, kP256));
}

TEST_F(LeanListsOfTls13, LeavesOutSchemesWhileThoseOfRsaAreNotAllSeen) {
  take(lean(), kChacha, kX25519, kEcdsa256);
  EXPECT_FALSE(has(lean().schemes, kEcdsa256));
  for (const SignatureScheme pss : {kPss256, SignatureScheme{0x0805}, SignatureScheme{0x0806}})
    schemes.chosen(pss, {pss});
  EXPECT_TRUE(has(lean().schemes, kEcdsa256));
}

}  // namespace
}  // namespace ucready::probes
