// The rules on a single certificate: each where it speaks, and where it must not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/report/judged_run.h"

namespace ucready::report {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<Finding> judged(const std::string& rule, const std::vector<Certificate>& chain,
                            const std::string& product = "cucm", const std::string& protocol = "https") {
  JudgedRun run;
  auto interface = healthy_interface();
  interface.product = product;
  interface.key.protocol = protocol;
  present(interface, chain);
  run.see(interface);
  run.judge();
  return run.findings(rule);
}

TEST(CertificateRules, OneExpiredCertificateAtTwoVersionsIsOneFinding) {
  Certificate leaf = healthy_leaf();
  leaf.not_after = days_from_now(-3);

  const auto found = judged("certificate-expired", {leaf, healthy_intermediate()});

  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, "critical");
  EXPECT_EQ(found[0].port, 8443);
  EXPECT_THAT(found[0].evidence, HasSubstr("subject O=Nordwind,CN=cucm.example.com"));
  EXPECT_THAT(found[0].evidence, HasSubstr("3 days ago"));
  EXPECT_THAT(found[0].evidence, HasSubstr("seen at TLSv1.2, TLSv1.3"));
  EXPECT_THAT(found[0].evidence, HasSubstr(leaf.not_after.substr(0, 10)));
}

TEST(CertificateRules, AnExpiredIntermediateIsCalledOne) {
  Certificate intermediate = healthy_intermediate();
  intermediate.not_after = days_from_now(-3);

  const auto found = judged("certificate-expired", {healthy_leaf(), intermediate});

  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].title, "Intermediate certificate has expired");
}

TEST(CertificateRules, ACertificateAboutToExpireIsGraverInTheLastFortnight) {
  Certificate leaf = healthy_leaf();

  leaf.not_after = days_from_now(40);
  const auto in_forty_days = judged("certificate-expires-soon", {leaf});
  leaf.not_after = days_from_now(10);
  const auto in_ten_days = judged("certificate-expires-soon", {leaf});
  leaf.not_after = days_from_now(61);
  const auto in_two_months = judged("certificate-expires-soon", {leaf});
  leaf.not_after = days_from_now(-1);
  const auto yesterday = judged("certificate-expires-soon", {leaf});

  ASSERT_THAT(in_forty_days, SizeIs(1));
  EXPECT_EQ(in_forty_days[0].severity, "medium");
  ASSERT_THAT(in_ten_days, SizeIs(1));
  EXPECT_EQ(in_ten_days[0].severity, "high");
  EXPECT_THAT(in_two_months, IsEmpty());
  EXPECT_THAT(yesterday, IsEmpty());
}

TEST(CertificateRules, ACertificateOfTomorrowIsNotValidYet) {
  Certificate leaf = healthy_leaf();
  leaf.not_before = days_from_now(1);

  EXPECT_THAT(judged("certificate-not-yet-valid", {leaf}), SizeIs(1));
  EXPECT_THAT(judged("certificate-not-yet-valid", {healthy_leaf()}), IsEmpty());
}

TEST(CertificateRules, AnUnreadableCertificateIsOneFindingAndNoOther) {
  JudgedRun run;
  auto interface = healthy_interface();
  auto broken = std::make_shared<Certificate>();
  broken->der = {0x30, 0x82};
  broken->sha256 = std::string(64, 'b');
  broken->defect = "too short";
  for (auto& chain : interface.chains) chain.certificates = {broken};
  run.see(interface);

  run.judge();

  EXPECT_THAT(run.rules_that_fired(), testing::ElementsAre("certificate-unreadable"));
  ASSERT_THAT(run.findings("certificate-unreadable"), SizeIs(1));
  EXPECT_THAT(run.findings("certificate-unreadable")[0].evidence, HasSubstr(broken->sha256));
}

TEST(CertificateRules, ASha1LeafOrIntermediateIsAWarningAndARootIsOnlyTold) {
  Certificate leaf = healthy_leaf();
  leaf.signature_hash = "sha1";
  Certificate intermediate = healthy_intermediate();
  intermediate.signature_hash = "sha1";
  Certificate root = healthy_root();
  root.signature_hash = "sha1";

  const auto of_leaf = judged("sha1-certificate", {leaf, healthy_intermediate()});
  const auto of_intermediate = judged("sha1-certificate", {healthy_leaf(), intermediate});
  const auto of_root = judged("sha1-certificate", {healthy_leaf(), healthy_intermediate(), root});

  ASSERT_THAT(of_leaf, SizeIs(1));
  EXPECT_EQ(of_leaf[0].severity, "medium");
  EXPECT_EQ(of_leaf[0].title, "Leaf certificate signed with SHA-1");
  ASSERT_THAT(of_intermediate, SizeIs(1));
  EXPECT_EQ(of_intermediate[0].severity, "medium");
  EXPECT_EQ(of_intermediate[0].title, "Intermediate certificate signed with SHA-1");
  ASSERT_THAT(of_root, SizeIs(1));
  EXPECT_EQ(of_root[0].severity, "info");
  EXPECT_THAT(of_root[0].remedy, HasSubstr("Nothing has to be done"));
}

TEST(CertificateRules, ASelfSignedSha1LeafIsJudgedAsALeaf) {
  Certificate leaf = healthy_root();
  leaf.signature_hash = "sha1";

  const auto found = judged("sha1-certificate", {leaf});

  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, "medium");
}

TEST(CertificateRules, RsassaPssWithItsDefaultHashIsSha1) {
  Certificate leaf = healthy_leaf();
  leaf.signature_algorithm = "rsassaPss";
  leaf.signature_hash = "sha1";

  const auto found = judged("sha1-certificate", {leaf});

  ASSERT_THAT(found, SizeIs(1));
  EXPECT_THAT(found[0].evidence, HasSubstr("rsassaPss (sha1)"));
}

TEST(CertificateRules, AnMd5SignatureIsWorse) {
  Certificate leaf = healthy_leaf();
  leaf.signature_hash = "md5";

  EXPECT_THAT(judged("md5-certificate", {leaf}), SizeIs(1));
  EXPECT_THAT(judged("md5-certificate", {healthy_leaf()}), IsEmpty());
  EXPECT_THAT(judged("sha1-certificate", {leaf}), IsEmpty());
}

TEST(CertificateRules, ASelfSignedEcdsaLeafOfCucmCountsMore) {
  Certificate leaf = healthy_root();
  const auto rsa = judged("certificate-self-signed", {leaf});
  leaf.key_type = "ecdsa";
  leaf.key_bits = 384;
  leaf.curve = "secp384r1";
  const auto ecdsa = judged("certificate-self-signed", {leaf});

  ASSERT_THAT(rsa, SizeIs(1));
  EXPECT_EQ(rsa[0].severity, "low");
  ASSERT_THAT(ecdsa, SizeIs(1));
  EXPECT_EQ(ecdsa[0].severity, "medium");
  EXPECT_THAT(judged("certificate-self-signed", {healthy_leaf(), healthy_intermediate(), healthy_root()}), IsEmpty());
}

struct KeyCase {
  std::string type;
  int bits;
  std::string curve;
  std::string severity;  // Empty: no finding.
};

TEST(CertificateRules, KeysAreWeakByTypeAndSize) {
  const KeyCase cases[] = {
      {"rsa", 512, "", "critical"},
      {"rsa", 1024, "", "high"},
      {"rsa", 2047, "", "high"},
      {"rsa", 2048, "", ""},
      {"rsa-pss", 1024, "", "high"},
      {"dsa", 2048, "", "high"},
      {"ecdsa", 192, "secp192r1", "high"},
      {"ecdsa", 224, "secp224r1", "medium"},
      {"ecdsa", 256, "secp256r1", ""},
      {"ed25519", 253, "", ""},
      {"ed448", 456, "", ""},
  };
  for (const KeyCase& key : cases) {
    Certificate leaf = healthy_leaf();
    leaf.key_type = key.type;
    leaf.key_bits = key.bits;
    leaf.curve = key.curve;

    const auto found = judged("weak-key", {leaf});

    ASSERT_THAT(found, SizeIs(key.severity.empty() ? 0 : 1)) << key.type << key.bits;
    if (!found.empty()) {
      EXPECT_EQ(found[0].severity, key.severity) << key.type << key.bits;
    }
  }
}

TEST(CertificateRules, AWeakKeyBehindTheLeafIsFoundWithoutItsType) {
  Certificate leaf = healthy_leaf();
  leaf.key_type = "ecdsa";
  leaf.key_bits = 256;
  leaf.curve = "secp256r1";
  Certificate intermediate = healthy_intermediate();
  intermediate.key_bits = 1024;

  const auto found = judged("weak-key", {leaf, intermediate});

  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].title, "Intermediate certificate has a weak key");
  EXPECT_THAT(found[0].evidence, HasSubstr("key of 1024 bits"));
}

TEST(CertificateRules, ALeafWithoutClientAuthMattersWhereItsHolderIsAClient) {
  Certificate leaf = healthy_leaf();
  leaf.eku = "serverAuth";

  const auto on_trunk = judged("client-auth-eku-missing", {leaf}, "cucm", "sip-tls");
  const auto on_web = judged("client-auth-eku-missing", {leaf}, "cucm", "https");
  const auto on_edge = judged("client-auth-eku-missing", {leaf}, "expressway-e", "https");

  ASSERT_THAT(on_trunk, SizeIs(1));
  EXPECT_EQ(on_trunk[0].severity, "high");
  ASSERT_THAT(on_web, SizeIs(1));
  EXPECT_EQ(on_web[0].severity, "medium");
  ASSERT_THAT(on_edge, SizeIs(1));
  EXPECT_EQ(on_edge[0].severity, "high");
  EXPECT_THAT(judged("client-auth-eku-missing", {leaf}, "phone"), IsEmpty());
  EXPECT_THAT(judged("client-auth-eku-missing", {leaf}, "cucm", "tvs"), IsEmpty());
  EXPECT_THAT(judged("client-auth-eku-missing", {healthy_leaf()}), IsEmpty());
  leaf.eku.clear();
  EXPECT_THAT(judged("client-auth-eku-missing", {leaf}), IsEmpty());
}

TEST(CertificateRules, APublicCertificateWithClientAuthWillLoseIt) {
  Certificate leaf = healthy_leaf();
  leaf.issuer = "C=US,O=Let's Encrypt,CN=R11";

  const auto found = judged("public-certificate-renewal-risk", {leaf}, "expressway-e");

  ASSERT_THAT(found, SizeIs(1));
  EXPECT_THAT(found[0].evidence, HasSubstr("to be renewed by " + leaf.not_after.substr(0, 10)));
  EXPECT_THAT(judged("public-certificate-renewal-risk", {leaf}, "phone"), IsEmpty());
  EXPECT_THAT(judged("public-certificate-renewal-risk", {healthy_leaf()}, "expressway-e"), IsEmpty());
  leaf.eku = "serverAuth";
  EXPECT_THAT(judged("public-certificate-renewal-risk", {leaf}, "expressway-e"), IsEmpty());
}

TEST(CertificateRules, APrivateCaWithAPublicOnesWordInItsCommonNameIsPrivate) {
  Certificate leaf = healthy_leaf();
  leaf.issuer = "O=Nordwind,CN=Amazon warehouse CA";

  EXPECT_THAT(judged("public-certificate-renewal-risk", {leaf}, "expressway-e"), IsEmpty());
}

}  // namespace
}  // namespace ucready::report
