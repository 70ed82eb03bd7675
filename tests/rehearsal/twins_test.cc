#include "rehearsal/twins.h"

#include <gtest/gtest.h>

#include "rehearsal/certificates.h"
#include "tests/rehearsal/little_scene.h"
#include "trust/certificate.h"

namespace ucready::rehearsal {
namespace {

CertificatePtr read(const X509* certificate) { return trust::read_certificate(encoded(certificate)); }

TEST(Twins, AreTheSameInAllButKeyAndSignature) {
  CertificateRecipe recipe = leaf_recipe();
  recipe.hash = "sha384";
  recipe.ip = {"10.0.0.1"};
  const CertificatePtr original = trust::read_certificate(make_certificate(recipe, &authority()).der);
  Twins twins(test_keys());
  twins.know(trust::read_certificate(authority().der));

  const auto twin = twins.of(*original);

  ASSERT_TRUE(twin) << twin.error().message;
  Certificate copy = *read(twin->certificate);
  EXPECT_NE(copy.sha256, original->sha256);
  copy.der = original->der;
  copy.sha256 = original->sha256;
  EXPECT_EQ(copy, *original);
  EXPECT_EQ(X509_check_private_key(twin->certificate, twin->key), 1);
}

TEST(Twins, AreSignedByTheTwinOfWhoeverSignedTheOriginal) {
  const MadeCertificate stranger = make_certificate(authority_recipe("Nordwind Root"));
  const CertificatePtr original = trust::read_certificate(make_certificate(leaf_recipe(), &authority()).der);
  Twins twins(test_keys());
  twins.know(trust::read_certificate(stranger.der));
  twins.know(trust::read_certificate(authority().der));

  const auto leaf = twins.of(*original);
  const auto issuer = twins.of(*trust::read_certificate(authority().der));
  const auto other = twins.of(*trust::read_certificate(stranger.der));

  EXPECT_EQ(X509_verify(leaf->certificate, X509_get0_pubkey(issuer->certificate)), 1);
  EXPECT_NE(X509_verify(leaf->certificate, X509_get0_pubkey(other->certificate)), 1) << "of the same name only";
}

TEST(Twins, OfAnIssuerNobodyHasShownAnAuthorityIsMade) {
  const CertificatePtr original = trust::read_certificate(make_certificate(leaf_recipe(), &authority()).der);
  Twins twins(test_keys());

  const auto leaf = twins.of(*original);
  const auto made = twins.authority_above(*original);

  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(X509_verify(leaf->certificate, X509_get0_pubkey(*made)), 1);
  EXPECT_EQ(read(*made)->subject, original->issuer);
  EXPECT_TRUE(read(*made)->self_signed);
  EXPECT_TRUE(read(*made)->is_ca);
}

TEST(Twins, OfOneKindShareAKeyUnlessTheyMaySignOthers) {
  Twins twins(test_keys());
  const auto twin_of = [&](const MadeCertificate& made) {
    return twins.of(*trust::read_certificate(made.der)).value();
  };

  EXPECT_EQ(twin_of(make_certificate(leaf_recipe("a.example"), &authority())).key,
            twin_of(make_certificate(leaf_recipe("b.example"), &authority())).key);
  EXPECT_NE(twin_of(make_certificate(authority_recipe("A"))).key, twin_of(make_certificate(authority_recipe("B"))).key);
}

TEST(Twins, OfAKindThatCannotBeMadeThereIsNone) {
  CertificateRecipe recipe = leaf_recipe();
  recipe.key = "dsa:1024";
  recipe.key_usage = "digitalSignature";
  Twins twins(test_keys());

  const auto twin = twins.of(*trust::read_certificate(make_certificate(recipe, &authority()).der));

  ASSERT_FALSE(twin);
  EXPECT_EQ(twin.error().message, "no dsa key can be made here");
}

}  // namespace
}  // namespace ucready::rehearsal
