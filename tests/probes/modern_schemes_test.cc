#include "probes/modern_schemes.h"

#include <gtest/gtest.h>

namespace ucready::probes {
namespace {

using tls::SignatureScheme;

constexpr SignatureScheme kEcdsa256{0x0403}, kPss256{0x0804}, kPss384{0x0805}, kPss512{0x0806}, kEd25519{0x0807};

TurnList<SignatureScheme> every() {
  return TurnList<SignatureScheme>({kEcdsa256, SignatureScheme{0x0503}, SignatureScheme{0x0603}, kPss256, kPss384,
                                    kPss512, kEd25519, SignatureScheme{0x0401}});
}

bool asks_for(const ModernSchemes& search, SignatureScheme scheme) {
  return std::ranges::count(search.next(), scheme) == 1;
}

TEST(ModernSchemes, OneRefusalEndsAllWhereTheOneKeyHasNothingLeft) {
  TurnList<SignatureScheme> known = every();
  for (const SignatureScheme scheme : {kPss256, kPss384, kPss512}) known.chosen(scheme, known.unseen());
  ModernSchemes search(known);
  EXPECT_TRUE(asks_for(search, kEcdsa256) && asks_for(search, kEd25519));
  search.refused();
  EXPECT_TRUE(search.next().empty());
}

TEST(ModernSchemes, OneRefusalEndsAllWhereAKeyWasPassedOverForWantOfSchemes) {
  TurnList<SignatureScheme> known = every();
  known.chosen(kEcdsa256, known.unseen());
  ModernSchemes search(known);
  for (const SignatureScheme scheme : {kPss256, kPss384, kPss512}) search.took(scheme);
  search.refused();
  EXPECT_TRUE(search.next().empty());
}

TEST(ModernSchemes, AKeyWithoutASchemeMayHideTheOthers) {
  TurnList<SignatureScheme> known = every();
  known.chosen(kEcdsa256, known.unseen());
  ModernSchemes search(known);
  search.refused();
  EXPECT_FALSE(asks_for(search, SignatureScheme{0x0503}));
  EXPECT_TRUE(asks_for(search, kPss256) && asks_for(search, kEd25519));
  for (const SignatureScheme scheme : {kPss256, kPss384, kPss512}) search.took(scheme);
  search.refused();
  EXPECT_TRUE(search.next().empty());
}

TEST(ModernSchemes, TwoSuchKeysAreAskedForOneByOne) {
  TurnList<SignatureScheme> known = every();
  known.chosen(kPss256, {kPss256});
  known.chosen(kEcdsa256, {kEcdsa256});
  ModernSchemes search(known);
  search.refused();
  EXPECT_TRUE(asks_for(search, SignatureScheme{0x0503}));
  EXPECT_FALSE(asks_for(search, kPss384) || asks_for(search, kEd25519));
  search.refused();
  EXPECT_TRUE(asks_for(search, kPss384) && asks_for(search, kEd25519));
  search.refused();
  EXPECT_FALSE(asks_for(search, kPss384));
  EXPECT_TRUE(asks_for(search, kEd25519));
  search.refused();
  EXPECT_TRUE(search.next().empty());
}

TEST(ModernSchemes, TheSchemesOfCertificatesAloneAreNotAskedFor) {
  EXPECT_EQ(modern_kind(SignatureScheme{0x0401}), std::nullopt);
  EXPECT_FALSE(asks_for(ModernSchemes(every()), SignatureScheme{0x0401}));
}

}  // namespace
}  // namespace ucready::probes
