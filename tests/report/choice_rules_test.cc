// The rules on which of its certificates a server shows, and on what changed since the scan before.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/report/judged_run.h"

namespace ucready::report {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Certificate ecdsa_leaf(bool self_signed = true) {
  Certificate leaf = healthy_leaf();
  leaf.key_type = "ecdsa";
  leaf.key_bits = 256;
  leaf.curve = "secp256r1";
  leaf.self_signed = self_signed;
  if (self_signed) leaf.issuer = leaf.subject;
  return leaf;
}

// Both kinds at every accepted version.
void present_both(db::InterfaceObservation& interface, const Certificate& ecdsa) {
  present(interface, {healthy_leaf(), healthy_intermediate()});
  const auto rsa = interface.chains;
  present(interface, {ecdsa});
  interface.chains.insert(interface.chains.end(), rsa.begin(), rsa.end());
}

class CertificatePreference : public testing::Test {
 protected:
  CertificatePreference() {
    run_.know({.cluster = "hq-cucm", .name = "product", .value = "cucm"});
    listener_ = healthy_interface();
    listener_.key.port = 5061;
    listener_.key.protocol = "sip-tls";
    present_both(listener_, ecdsa_leaf());
  }
  void upgrade_is_planned() { run_.know({.cluster = "hq-cucm", .name = "target_has_tls13", .value = "true"}); }

  std::vector<Finding> judged(const std::string& suites, const std::string& schemes,
                              const std::string& versions = "TLSv1.3,TLSv1.2",
                              const std::string& protocol = "sip-tls") {
    run_.see(listener_);
    run_.judge();
    auto offer = std::make_shared<db::ClientOffer>();
    offer->offer_id = suites + schemes + versions;
    offer->hello = {1};
    offer->versions = versions;
    offer->ciphers = suites;
    offer->signature_schemes = schemes;
    offer->highest = tls::kTls13;
    db::SessionObservation session;
    session.client = {*parse_ip_address("10.0.0.21"), 40001};
    session.server = {*parse_ip_address("10.0.0.11"), 5061};
    session.established = true;
    session.offer = offer;
    run_.judge_capture({session}, {"hq-expc", "c1", "sip-zone", "hq-cucm", "cucm-pub", protocol});
    return run_.findings("certificate-preference-risk");
  }

  static constexpr const char* kRsaFirst =
      "TLS_AES_256_GCM_SHA384,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384";
  static constexpr const char* kRsaSchemes = "rsa_pss_rsae_sha256,ecdsa_secp256r1_sha256";
  static constexpr const char* kEcdsaSchemes = "ecdsa_secp256r1_sha256,rsa_pss_rsae_sha256";
  JudgedRun run_;
  db::InterfaceObservation listener_;
};

TEST_F(CertificatePreference, MattersToAClientWhoseListsDisagree) {
  upgrade_is_planned();
  const auto found = judged(kRsaFirst, kEcdsaSchemes);

  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, "medium");
  EXPECT_THAT(found[0].evidence, AllOf(HasSubstr("by its TLS 1.2 suites rsa, by its signature algorithms ecdsa"),
                                       HasSubstr("not stated, so the default"), HasSubstr("self-signed")));
}

TEST_F(CertificatePreference, IsGraverWhereTheOtherOneIsChosen) {
  upgrade_is_planned();
  run_.order({4, "", "set", "hq-cucm", "certificate_preference", "tls13-signature-algorithms"});
  const auto found = judged(kRsaFirst, kEcdsaSchemes);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, "high");
  EXPECT_EQ(found[0].wave, 4);
}

TEST_F(CertificatePreference, IsLessWhereACaSignedTheEcdsaCertificate) {
  upgrade_is_planned();
  present_both(listener_, ecdsa_leaf(false));
  const auto found = judged(kRsaFirst, kEcdsaSchemes);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, "low");
}

TEST_F(CertificatePreference, IsNoMatterWhereTheListsAgree) {
  upgrade_is_planned();
  EXPECT_THAT(judged(kRsaFirst, kRsaSchemes), IsEmpty());
}
TEST_F(CertificatePreference, IsNoMatterToAClientOfOneVersion) {
  upgrade_is_planned();
  EXPECT_THAT(judged(kRsaFirst, kEcdsaSchemes, "TLSv1.3"), IsEmpty());
}
TEST_F(CertificatePreference, IsNoMatterOfHttps) {
  upgrade_is_planned();
  EXPECT_THAT(judged(kRsaFirst, kEcdsaSchemes, "TLSv1.3,TLSv1.2", "https"), IsEmpty());
}
TEST_F(CertificatePreference, IsNoMatterBelow15Su2) { EXPECT_THAT(judged(kRsaFirst, kEcdsaSchemes), IsEmpty()); }
TEST_F(CertificatePreference, IsNoMatterOfAListenerWithOneCertificate) {
  upgrade_is_planned();
  present(listener_, {healthy_leaf(), healthy_intermediate()});
  EXPECT_THAT(judged(kRsaFirst, kEcdsaSchemes), IsEmpty());
}

class HttpEcdsa : public testing::Test {
 protected:
  HttpEcdsa() {
    know("product", "cucm");
    know("target", "15SU4a");
    know("target_has_tls13", "true");
  }
  void know(const std::string& name, const std::string& value) {
    run_.know({.cluster = "hq-cucm", .name = name, .value = value});
  }
  std::vector<Finding> judged(const db::InterfaceObservation& interface) {
    run_.see(interface);
    run_.judge();
    return run_.findings("http-ecdsa-disabled");
  }
  static db::InterfaceObservation with_both() {
    auto interface = healthy_interface();
    present_both(interface, ecdsa_leaf());
    return interface;
  }
  static db::InterfaceObservation with_ecdsa_alone() {
    auto interface = healthy_interface();
    present(interface, {ecdsa_leaf()});
    return interface;
  }
  JudgedRun run_;
};

TEST_F(HttpEcdsa, GoesAwayWithTheUpgrade) {
  know("release_has_tls13", "false");
  const auto found = judged(with_both());
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, "low");
}
TEST_F(HttpEcdsa, TakesHttpsWithItWhereThereIsNoOther) {
  know("release_has_tls13", "false");
  const auto found = judged(with_ecdsa_alone());
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, "high");
  EXPECT_THAT(found[0].evidence, HasSubstr("1 HTTPS interfaces show an ECDSA certificate, 1 of them no other"));
}
TEST_F(HttpEcdsa, StaysWhereTheParameterSaysSo) {
  know("release_has_tls13", "false");
  know("http_certificates", "rsa+ecdsa");
  EXPECT_THAT(judged(with_both()), IsEmpty());
}
TEST_F(HttpEcdsa, IsNoMatterOfAnUpgradedSystemOrWithoutEcdsa) {
  know("release_has_tls13", "false");
  EXPECT_THAT(judged(healthy_interface()), IsEmpty());
}
TEST_F(HttpEcdsa, IsNoMatterWhenTheUpgradeIsDone) {
  know("release_has_tls13", "true");
  EXPECT_THAT(judged(with_both()), IsEmpty());
}

class Drift : public testing::Test {
 protected:
  std::vector<Finding> judged(const db::InterfaceObservation& before, const db::InterfaceObservation& after) {
    run_.see(before);
    run_.judge();
    EXPECT_THAT(run_.findings("drift"), IsEmpty());
    run_.see(after);
    run_.judge();
    return run_.findings("drift");
  }
  static db::InterfaceObservation without(tls::Version version) {
    auto interface = healthy_interface();
    for (auto& asked : interface.versions) {
      if (asked.version == version) asked = answered(version, db::VersionOutcome::refused);
    }
    present(interface, {healthy_leaf(), healthy_intermediate()});
    return interface;
  }
  JudgedRun run_;
};

TEST_F(Drift, IsNoneWhereNothingChanged) { EXPECT_THAT(judged(healthy_interface(), healthy_interface()), IsEmpty()); }

TEST_F(Drift, WeighsALostVersionMoreThanAGainedOne) {
  const auto lost = judged(healthy_interface(), without(tls::kTls12));
  ASSERT_THAT(lost, SizeIs(1));
  EXPECT_EQ(lost[0].severity, "medium");
  EXPECT_THAT(lost[0].evidence, HasSubstr("TLSv1.2 was accepted, is refused"));

  JudgedRun other;
  other.see(without(tls::kTls13));
  other.judge();
  other.see(healthy_interface());
  other.judge();
  ASSERT_THAT(other.findings("drift"), SizeIs(1));
  EXPECT_EQ(other.findings("drift")[0].severity, "info");
}

TEST_F(Drift, TellsAReplacedCertificateOnce) {
  auto renewed = healthy_interface();
  Certificate leaf = healthy_leaf();
  leaf.not_after = days_from_now(700);
  present(renewed, {leaf, healthy_intermediate()});

  const auto found = judged(healthy_interface(), renewed);

  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, "low");
  EXPECT_THAT(found[0].evidence, HasSubstr("another rsa certificate"));
}

TEST_F(Drift, LeavesAnotherKindOfCertificateAndSilenceAlone) {
  auto both = healthy_interface();
  present_both(both, ecdsa_leaf());
  EXPECT_THAT(judged(healthy_interface(), both), IsEmpty());

  auto silent = healthy_interface();
  silent.state = db::InterfaceState::timeout;
  silent.versions.clear();
  silent.chains.clear();
  run_.see(silent);
  run_.judge();
  EXPECT_THAT(run_.findings("drift"), IsEmpty());
}

TEST_F(Drift, TellsAListenerThatIsGone) {
  auto closed = healthy_interface();
  closed.state = db::InterfaceState::closed;
  closed.versions.clear();
  closed.chains.clear();
  const auto found = judged(healthy_interface(), closed);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, "medium");
  EXPECT_THAT(found[0].evidence, HasSubstr("state was tls, is closed"));
}

// A listener whose fingerprint shows that its signature schemes choose.
struct Fingerprinted {
  explicit Fingerprinted(const std::vector<Fact>& stated) {
    run.know({.cluster = "hq-cucm", .name = "product", .value = "cucm"});
    Fact print{"hq-cucm", "cucm-pub", "", 8443, "certificate_preference", "tls13-signature-algorithms"};
    print.confidence = Confidence::assumed;
    print.source = "fingerprint";
    run.know(print);
    for (const Fact& fact : stated) run.know(fact);
    run.see(healthy_interface());
    run.judge();
  }
  [[nodiscard]] std::vector<Finding> findings() const { return run.findings("certificate-preference-mismatch"); }

  JudgedRun run;
};

Fact stated(const std::string& value, const std::string& node = "", int port = 0) {
  return {"hq-cucm", node, "", port, "certificate_preference", value};
}

TEST(CertificatePreferenceMismatch, IsTheFingerprintAgainstTheNarrowestStatement) {
  const auto found = Fingerprinted({stated("tls12-ciphers")}).findings();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].port, 8443);
  EXPECT_EQ(found[0].confidence, "assumed");
  EXPECT_EQ(found[0].evidence, "it chooses as with tls13-signature-algorithms; declared is tls12-ciphers (site.yaml)");

  EXPECT_THAT(Fingerprinted({stated("tls13-signature-algorithms"), stated("tls12-ciphers", "cucm-pub")}).findings(),
              SizeIs(1));
  EXPECT_THAT(Fingerprinted({stated("tls12-ciphers"), stated("tls13-signature-algorithms", "cucm-pub")}).findings(),
              IsEmpty());
}

TEST(CertificatePreferenceMismatch, IsNoneWhereNothingOrTheSameIsStatedOrOfAnotherNode) {
  EXPECT_THAT(Fingerprinted({}).findings(), IsEmpty());
  EXPECT_THAT(Fingerprinted({stated("tls13-signature-algorithms")}).findings(), IsEmpty());
  EXPECT_THAT(Fingerprinted({stated("tls12-ciphers", "cucm-sub")}).findings(), IsEmpty());
  EXPECT_THAT(Fingerprinted({stated("tls12-ciphers", "cucm-pub", 5061)}).findings(), IsEmpty());
}

}  // namespace
}  // namespace ucready::report
