#include "rehearsal/rehearse.h"

#include <gmock/gmock.h>

#include "tests/rehearsal/little_scene.h"

namespace ucready::rehearsal {
namespace {

using negotiation::ClientAuth;
using negotiation::Phase;
using negotiation::Reason;
using negotiation::Side;
using testing::HasSubstr;

std::string told(const Rehearsal& rehearsal) {
  std::string text =
      std::string(to_text(rehearsal.agreement)) + "\n" + rehearsal.forecast.explanation + "\n" + rehearsal.differences;
  for (const std::string& note : rehearsal.notes) text += note + "\n";
  return text;
}

// Both break in the same way, and this is the way.
void expect_refusal(const Rehearsal& rehearsal, Side by, Phase phase, int alert, Reason reason) {
  ASSERT_EQ(rehearsal.agreement, Agreement::agree) << told(rehearsal);
  ASSERT_TRUE(rehearsal.observed->outcome.refusal) << told(rehearsal);
  EXPECT_EQ(rehearsal.observed->outcome.refusal->by, by);
  EXPECT_EQ(rehearsal.observed->outcome.refusal->phase, phase);
  EXPECT_EQ(rehearsal.observed->outcome.refusal->alert.value, alert);
  EXPECT_EQ(rehearsal.forecast.refusal->reason, reason);
}

TEST(Rehearse, AHopThatWorksIsPerformed) {
  LittleScene hop;
  hop.server.client_auth = ClientAuth::require;

  const Rehearsal rehearsal = hop.rehearse();

  ASSERT_EQ(rehearsal.agreement, Agreement::agree) << told(rehearsal);
  EXPECT_EQ(rehearsal.scope, Scope::whole);
  EXPECT_TRUE(rehearsal.observed->outcome.works());
  EXPECT_EQ(rehearsal.observed->outcome.version, tls::kTls13);
  EXPECT_EQ(rehearsal.observed->outcome.client_leaf, hop.client.keys.front().id);
  EXPECT_EQ(rehearsal.observed_key_type, "rsa");
  EXPECT_EQ(rehearsal.observed->client.errors + rehearsal.observed->server.errors, "");
}

TEST(Rehearse, EveryKindOfKeyIsPerformedAtBothEnds) {
  for (const char* const key :
       {"rsa:1024", "rsa:2048", "rsa:3072", "rsa-pss:2048", "ec:P-256", "ec:P-384", "ec:P-521", "ed25519", "ed448"}) {
    LittleScene hop;
    hop.client.security_level = hop.server.security_level = 0;
    hop.server.client_auth = ClientAuth::require;
    CertificateRecipe recipe = leaf_recipe();
    recipe.key = key;
    hop.present(Side::server, {{make_certificate(recipe, &authority())}});
    hop.present(Side::client, {{make_certificate(recipe, &authority())}});

    const Rehearsal rehearsal = hop.rehearse();

    EXPECT_EQ(rehearsal.agreement, Agreement::agree) << key << "\n" << told(rehearsal);
    ASSERT_TRUE(rehearsal.observed) << key;
    EXPECT_TRUE(rehearsal.observed->outcome.works()) << key;
    EXPECT_EQ(rehearsal.observed->outcome.server_leaf, hop.server.keys.front().id) << key;
    EXPECT_EQ(rehearsal.observed->outcome.client_leaf, hop.client.keys.front().id) << key;
  }
}

TEST(Rehearse, InTls13TheServerRefusesTheClientsAuthorityAfterTheClientIsDone) {
  LittleScene hop;
  hop.server.client_auth = ClientAuth::require;
  hop.hold(Side::server, {});

  const Rehearsal rehearsal = hop.rehearse();

  expect_refusal(rehearsal, Side::server, Phase::client_certificate, 48, Reason::untrusted_client_certificate);
  EXPECT_EQ(rehearsal.observed->outcome.version, tls::kTls13);
  EXPECT_THAT(rehearsal.observed->server.objection, HasSubstr("unable to get local issuer certificate"));
  // It was done, and learned of it only by reading on.
  EXPECT_THAT(rehearsal.observed->client.errors, HasSubstr("tlsv1 alert unknown ca"));
}

TEST(Rehearse, AnUnknownAuthorityOfTheServerIsTheClientsAlert) {
  LittleScene hop;
  hop.hold(Side::client, {});

  expect_refusal(hop.rehearse(), Side::client, Phase::server_flight, 48, Reason::untrusted_server_certificate);
}

TEST(Rehearse, NoCommonVersionIsTheServersAlert) {
  LittleScene hop;
  hop.client.versions = {tls::kTls12};
  hop.server.versions = {tls::kTls13};

  expect_refusal(hop.rehearse(), Side::server, Phase::selection, 70, Reason::no_common_version);
}

TEST(Rehearse, NoCommonSuiteIsTheServersAlert) {
  LittleScene hop;
  hop.client.versions = hop.server.versions = {tls::kTls12};
  hop.client.suites = {{0xc02b}};

  expect_refusal(hop.rehearse(), Side::server, Phase::selection, 40, Reason::no_common_cipher);
}

TEST(Rehearse, AMissingClientCertificateHasAnAlertOfItsOwnInTls13) {
  LittleScene hop;
  hop.server.client_auth = ClientAuth::require;
  hop.present(Side::client, {});
  hop.client.keys.clear();

  expect_refusal(hop.rehearse(), Side::server, Phase::client_certificate, 116, Reason::client_certificate_missing);

  hop.client.versions = {tls::kTls12};
  expect_refusal(hop.rehearse(), Side::server, Phase::client_certificate, 40, Reason::client_certificate_missing);
}

TEST(Rehearse, AForecastThatErrsIsToldWithBothSidesInFull) {
  LittleScene right;
  LittleScene hop;
  hop.hold(Side::client, {});

  // What would be foretold had the store held the authority.
  const Rehearsal rehearsal = hop.rehearse(right.forecast());

  EXPECT_EQ(rehearsal.agreement, Agreement::disagree);
  EXPECT_THAT(rehearsal.differences,
              HasSubstr("end: forecast works, observed client sends unknown_ca (48) at server_flight"));
  EXPECT_THAT(rehearsal.client, HasSubstr("versions: TLSv1.3 TLSv1.2"));
  EXPECT_THAT(rehearsal.server, HasSubstr("certificate: rsa 2048"));
  EXPECT_THAT(rehearsal.observed->client.errors, HasSubstr("certificate verify failed"));
  EXPECT_THAT(rehearsal.observed->server.errors, HasSubstr("alert unknown ca"));
  EXPECT_THAT(rehearsal.observed->client.objection, HasSubstr("unable to get local issuer certificate (of the leaf)"));
}

TEST(Rehearse, AForecastThatErrsInTheCertificateAloneIsADisagreementToo) {
  LittleScene hop;
  CertificateRecipe recipe = leaf_recipe();
  recipe.key = "ec:P-256";
  const MadeCertificate rsa = make_certificate(leaf_recipe("other.example"), &authority());
  hop.present(Side::server, {{rsa}, {make_certificate(recipe, &authority())}});
  negotiation::Outcome wrong = hop.forecast();
  ASSERT_EQ(wrong.server_leaf, hop.server.keys.back().id) << "the client's schemes begin with ECDSA";
  wrong.server_leaf = hop.server.keys.front().id;

  const Rehearsal rehearsal = hop.rehearse(wrong);

  EXPECT_EQ(rehearsal.agreement, Agreement::disagree);
  EXPECT_EQ(rehearsal.forecast_key_type, "rsa");
  EXPECT_EQ(rehearsal.observed_key_type, "ecdsa");
}

TEST(Rehearse, WhatNobodyHasShownStandsForItsKind) {
  LittleScene hop;
  hop.present(Side::server, {});
  hop.scene.client_holds = nullptr;
  negotiation::Chain unseen;
  unseen.id = "ecdsa";
  unseen.key = negotiation::KeyKind::ecdsa;
  unseen.key_bits = 384;
  unseen.curve = {0x18};
  hop.server.keys = {unseen};
  hop.client.trust.anchors.clear();

  hop.client.trust.others = negotiation::Anchor::root;
  EXPECT_TRUE(hop.rehearse().observed->outcome.works());

  hop.client.trust.others = negotiation::Anchor::none;
  expect_refusal(hop.rehearse(), Side::client, Phase::server_flight, 48, Reason::untrusted_server_certificate);
}

}  // namespace
}  // namespace ucready::rehearsal
