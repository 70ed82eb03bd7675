// Ends that are no OpenSSL, and what the rehearsal of them is worth.
#include "rehearsal/stand_in.h"

#include <gmock/gmock.h>

#include "tests/rehearsal/little_scene.h"

namespace ucready::rehearsal {
namespace {

using negotiation::CertificatePreference;
using negotiation::Side;
using negotiation::Stack;
using testing::Contains;
using testing::HasSubstr;

// Both kinds of certificates at the server.
LittleScene& with_both_kinds(LittleScene& hop) {
  CertificateRecipe recipe = leaf_recipe();
  recipe.key = "ec:P-256";
  hop.present(Side::server,
              {{make_certificate(leaf_recipe(), &authority())}, {make_certificate(recipe, &authority())}});
  return hop;
}

TEST(StandIn, ForAnElderOpensslIsRehearsedWhole) {
  LittleScene hop;
  hop.server.stack = Stack::openssl_11;

  const Rehearsal rehearsal = hop.rehearse();

  EXPECT_EQ(rehearsal.agreement, Agreement::agree);
  EXPECT_EQ(rehearsal.scope, Scope::whole);
  EXPECT_THAT(rehearsal.notes, Contains("OpenSSL 3 stands in for the server's openssl-1.1"));
}

TEST(StandIn, ForOtherStacksIsRehearsedForAcceptance) {
  for (const Stack stack : {Stack::java_17, Stack::gnutls, Stack::haproxy}) {
    LittleScene hop;
    hop.server.stack = stack;
    EXPECT_EQ(hop.rehearse().agreement, Agreement::agree) << to_text(stack);
    EXPECT_EQ(hop.rehearse().scope, Scope::acceptance) << to_text(stack);

    LittleScene turned;
    turned.client.stack = stack;
    EXPECT_EQ(turned.rehearse().agreement, Agreement::agree) << to_text(stack);
    EXPECT_EQ(turned.rehearse().scope, Scope::acceptance) << to_text(stack);
  }
}

TEST(StandIn, GivesTheCertificateThatAProductsRulePicks) {
  LittleScene hop;
  with_both_kinds(hop).server.certificate_preference = CertificatePreference::tls12_ciphers;
  ASSERT_EQ(hop.client.suites.front(), tls::CipherSuite{0xc02f}) << "an RSA suite first, and ECDSA schemes first";

  const Rehearsal rehearsal = hop.rehearse();

  ASSERT_EQ(rehearsal.agreement, Agreement::agree);
  EXPECT_EQ(rehearsal.scope, Scope::acceptance);
  EXPECT_EQ(rehearsal.observed_key_type, "rsa");
  EXPECT_THAT(rehearsal.notes, Contains("the server is left no other answer: certificate_preference decides"));
}

TEST(StandIn, ForAFirstLoadedKeyOfGnutls) {
  LittleScene hop;
  with_both_kinds(hop).server.stack = Stack::gnutls;

  const Rehearsal rehearsal = hop.rehearse();

  ASSERT_EQ(rehearsal.agreement, Agreement::agree);
  EXPECT_EQ(rehearsal.observed_key_type, "rsa") << "OpenSSL would have followed the client's schemes";
}

TEST(StandIn, ForJssesTrustInAStoredLeaf) {
  const MadeCertificate leaf = make_certificate(leaf_recipe(), &authority());
  LittleScene hop;
  hop.present(Side::server, {{leaf}});
  hop.hold(Side::client, {leaf});
  EXPECT_FALSE(hop.rehearse().observed->outcome.works()) << "OpenSSL wants its root";

  hop.client.stack = Stack::java_17;
  const Rehearsal rehearsal = hop.rehearse();

  ASSERT_EQ(rehearsal.agreement, Agreement::agree);
  EXPECT_TRUE(rehearsal.observed->outcome.works());
}

TEST(StandIn, IsNoneWhereAStacksOwnRuleDecides) {
  LittleScene hop;
  CertificateRecipe recipe = leaf_recipe();
  recipe.hash = "sha1";
  hop.server.security_level = 0;
  hop.present(Side::server, {{make_certificate(recipe, &authority())}});
  hop.client.stack = Stack::gnutls;

  const Rehearsal rehearsal = hop.rehearse();

  EXPECT_EQ(rehearsal.agreement, Agreement::not_rehearsed);
  EXPECT_THAT(rehearsal.notes, Contains(HasSubstr("gnutls's own rule decides: breaks (sha1_certificate)")));
  EXPECT_FALSE(rehearsal.observed);
}

TEST(StandIn, TakesAPinnedCertificateAsSuchAndSaysSo) {
  const MadeCertificate stranger = make_certificate(leaf_recipe());
  LittleScene hop;
  hop.present(Side::server, {{stranger}});
  EXPECT_FALSE(hop.rehearse().observed->outcome.works());

  hop.pin(Side::client, stranger);
  const Rehearsal rehearsal = hop.rehearse();

  ASSERT_EQ(rehearsal.agreement, Agreement::agree);
  EXPECT_TRUE(rehearsal.observed->outcome.works());
  EXPECT_THAT(rehearsal.notes, Contains(HasSubstr("pinned")));
}

TEST(StandIn, LeavesOutWhatOpensslCannotSayWhereItMattersNot) {
  LittleScene hop;
  hop.client.suites.insert(hop.client.suites.begin(), {0x000a});  // 3DES
  hop.client.groups.insert(hop.client.groups.begin(), {0x11ec});  // X25519MLKEM768

  const Rehearsal rehearsal = hop.rehearse();

  EXPECT_EQ(rehearsal.agreement, Agreement::agree);
  EXPECT_THAT(rehearsal.notes, Contains("1 suites of the client left out"));
}

TEST(StandIn, IsNoneWhereWhatOpensslCannotSayDecides) {
  LittleScene hop;
  hop.client.versions = {tls::kTls12};
  hop.client.suites = hop.server.suites = {{0x000a}};

  EXPECT_EQ(hop.rehearse().agreement, Agreement::not_rehearsed);
}

TEST(StandIn, IsNoneForAnEndWithoutAVersion) {
  LittleScene hop;
  hop.server.versions.clear();

  EXPECT_THAT(hop.rehearse().notes, Contains("the server has no TLS version left"));
}

}  // namespace
}  // namespace ucready::rehearsal
