#include "trust/store.h"

#include <gtest/gtest.h>

#include "tests/trust/estate.h"
#include "trust/certificate.h"

namespace ucready::trust {
namespace {

TEST(TrustStore, HoldsACertificateOnce) {
  const TrustStore store = store_of({nw_root(), nw_issuing(), nw_root()});

  EXPECT_EQ(store.authorities().size(), 2U);
  EXPECT_TRUE(store.holds(*read_certificate(nw_root().der)));
  EXPECT_FALSE(store.holds(*read_certificate(nw_leaf().der)));
}

TrustStore list_of(const support::MadeCertificate& certificate, const char* role) {
  TrustStore list;
  TrustEntry pin = ca_entry(certificate);
  pin.kind = TrustKind::pinned;
  pin.roles = role;
  list.add(pin);
  return list;
}

TEST(TrustStore, KnowsTheSignerOfAnotherList) {
  const TrustStore held = list_of(self_signed_leaf(), "SAST");

  EXPECT_TRUE(held.shares_signer_with(list_of(self_signed_leaf(), "CCM+TFTP,SAST")));
  EXPECT_FALSE(held.shares_signer_with(list_of(nw_leaf(), "SAST")));
  // Named there, but not as one that signs lists.
  EXPECT_FALSE(held.shares_signer_with(list_of(self_signed_leaf(), "CCM+TFTP")));
  EXPECT_FALSE(list_of(self_signed_leaf(), "CCM").shares_signer_with(held));
}

TEST(TrustStore, IsATrustListOfPinsAlone) {
  EXPECT_TRUE(list_of(self_signed_leaf(), "SAST").is_trust_list());
  EXPECT_FALSE(store_of({nw_root()}).is_trust_list());
  EXPECT_FALSE(TrustStore().is_trust_list());
}

TEST(TrustStore, KeepsPinsApartAndJoinsTheirRoles) {
  TrustStore store = store_of({nw_root()});
  TrustEntry pin = ca_entry(self_signed_leaf());
  pin.kind = TrustKind::pinned;
  for (const char* const role : {"SAST", "CCM+TFTP", "SAST"}) {
    pin.roles = role;
    store.add(pin);
  }

  EXPECT_EQ(store.authorities().size(), 1U);
  ASSERT_EQ(store.pins().size(), 1U);
  EXPECT_EQ(store.pins()[0].roles, "SAST,CCM+TFTP");
  EXPECT_EQ(store.pin_of(*read_certificate(self_signed_leaf().der)), &store.pins()[0]);
  EXPECT_EQ(store.pin_of(*read_certificate(nw_root().der)), nullptr);
}

}  // namespace
}  // namespace ucready::trust
