// Single rules on literal profiles: what no oracle at hand can be asked, and what the drawn pairs once taught.
#include <gmock/gmock.h>

#include "tests/upgrade/negotiation/universe.h"
#include "upgrade/negotiation/negotiate.h"

namespace ucready::negotiation {
namespace {

using testing::Contains;
using testing::HasSubstr;

constexpr CipherSuite kEcdheEcdsa{0xc02b}, kEcdheRsa{0xc02f}, kRsa{0x009c}, kTls13Suite{0x1301};
constexpr SignatureScheme kEcdsaP256{0x0403}, kEcdsaP384{0x0503}, kPss{0x0804}, kPkcs1{0x0401};

const Chain& rsa() { return identities()[1 * kFlaws].chain; }
const Chain& ecdsa() { return identities()[3 * kFlaws].chain; }

struct Ends {
  ClientProfile client;
  ServerProfile server;
  [[nodiscard]] Outcome outcome() const { return negotiate(client, server); }
};

Ends good_ends() {
  Ends ends;
  for (Profile* const end : {static_cast<Profile*>(&ends.client), static_cast<Profile*>(&ends.server)}) {
    end->versions = {tls::kTls13, tls::kTls12};
    end->suites = {kEcdheEcdsa, kEcdheRsa, kRsa};
    end->suites_tls13 = {kTls13Suite};
    end->groups = {{0x1d}, {0x17}};
    end->schemes = {kEcdsaP256, kPss, kPkcs1};
    end->trust = trust_of(kRoot);
  }
  ends.client.server_name = true;
  ends.server.keys = {rsa(), ecdsa()};
  return ends;
}

TEST(Negotiate, TellsWhatWorksInOneSentence) {
  const Outcome outcome = good_ends().outcome();
  ASSERT_TRUE(outcome.works());
  EXPECT_EQ(outcome.explanation,
            "Works with TLSv1.3, TLS_AES_128_GCM_SHA256, x25519; the client takes the server's ECDSA "
            "certificate " +
                ecdsa().id.substr(0, 12) + ".");
}

TEST(Negotiate, TellsWhatBreaksAndTheMend) {
  Ends ends = good_ends();
  ends.client.trust.anchors[ecdsa().id] = Anchor::none;
  const Outcome outcome = ends.outcome();
  ASSERT_FALSE(outcome.works());
  EXPECT_EQ(outcome.refusal->reason, Reason::untrusted_server_certificate);
  EXPECT_THAT(outcome.explanation, HasSubstr("the client sends unknown_ca (48)"));
  EXPECT_THAT(outcome.explanation, HasSubstr("put the CA of the server's certificate into the client's trust store"));
}

TEST(Negotiate, SaysThatTls13HasNoWayBack) {
  Ends ends = good_ends();
  ends.client.schemes = {kPkcs1};
  const Outcome outcome = ends.outcome();
  ASSERT_FALSE(outcome.works());
  EXPECT_EQ(outcome.refusal->reason, Reason::no_fallback_from_tls13);
  ends.client.versions = {tls::kTls12};
  EXPECT_TRUE(ends.outcome().works());
}

TEST(Negotiate, NamesTheLimitationThatTookTheVersions) {
  Ends ends = good_ends();
  ends.client.versions = {tls::kTls13};
  ends.server.versions = {tls::kTls12};
  EXPECT_EQ(ends.outcome().refusal->reason, Reason::no_common_version);
  ends.server.limits_versions = Reason::common_criteria;
  EXPECT_EQ(ends.outcome().refusal->reason, Reason::common_criteria);
}

TEST(Negotiate, NamesTheLimitationThatTookTheSuites) {
  Ends ends = good_ends();
  ends.client.versions = ends.server.versions = {tls::kTls12};
  ends.client.suites = {{0x0002}};
  ends.client.security_level = ends.server.security_level = 0;
  ends.client.limits_suites = Reason::authenticated_mode;
  EXPECT_EQ(ends.outcome().refusal->reason, Reason::authenticated_mode);
}

TEST(Negotiate, TakesAHelloAsItWasSeen) {
  const Ends ends = good_ends();
  Trace trace;
  const HelloFacts hello = offer(ends.client, trace).value();
  ClientProfile bare;
  bare.trust = ends.client.trust;
  EXPECT_EQ(negotiate(hello, bare, ends.server).server_leaf, ends.outcome().server_leaf);
}

struct BundleCase {
  const char* what;
  bool server_name;
  std::vector<CipherSuite> suites;
  std::vector<SignatureScheme> schemes;
  KeyKind expected;
};

TEST(Haproxy, ChoosesFromItsBundleByItsOwnLookAtTheHello) {
  const BundleCase cases[] = {
      {"RSA first, ECDSA possible", true, {kEcdheRsa, kEcdheEcdsa}, {kPss, kPkcs1, kEcdsaP256}, KeyKind::ecdsa},
      {"no ECDSA suite up to TLSv1.2", true, {kEcdheRsa}, {kEcdsaP256, kPkcs1, kPss}, KeyKind::rsa},
      {"PSS is no scheme of RSA to it", true, {kEcdheRsa}, {kPss, kEcdsaP256}, KeyKind::ecdsa},
      {"without a name its default alone", false, {kEcdheRsa, kEcdheEcdsa}, {kPkcs1, kPss, kEcdsaP256}, KeyKind::ecdsa},
  };
  for (const BundleCase& given : cases) {
    Ends ends = good_ends();
    ends.server.stack = Stack::haproxy;
    ends.server.keys = {ecdsa(), rsa()};
    ends.client.server_name = given.server_name;
    ends.client.suites = given.suites;
    ends.client.schemes = given.schemes;
    const Outcome outcome = ends.outcome();
    EXPECT_EQ(outcome.server_leaf, given.expected == KeyKind::rsa ? rsa().id : ecdsa().id) << given.what;
  }
}

TEST(Haproxy, AnswersAnRsaOnlyHelloWithoutANameByHandshakeFailure) {
  Ends ends = good_ends();
  ends.server.stack = Stack::haproxy;
  ends.server.keys = {ecdsa(), rsa()};
  ends.client.server_name = false;
  ends.client.schemes = {kPss, kPkcs1};
  EXPECT_EQ(ends.outcome().refusal,
            (Refusal{Phase::selection, Side::server, alert::kHandshakeFailure, Reason::no_common_signature_scheme}));
}

TEST(CertificatePreference, GoesByTheClientsSuitesOrByItsSchemes) {
  Ends ends = good_ends();
  ends.client.suites = {kEcdheRsa, kEcdheEcdsa};
  ends.server.certificate_preference = CertificatePreference::tls12_ciphers;
  EXPECT_EQ(ends.outcome().server_leaf, rsa().id);
  EXPECT_EQ(ends.outcome().version, tls::kTls13);
  ends.server.certificate_preference = CertificatePreference::tls13_signature_algorithms;
  EXPECT_EQ(ends.outcome().server_leaf, ecdsa().id);
}

TEST(CertificatePreference, GoesByTheSchemesOfAClientThatHasOnlyTls13) {
  Ends ends = good_ends();
  ends.client.suites = {kEcdheRsa, kEcdheEcdsa};
  ends.client.versions = {tls::kTls13};
  ends.server.certificate_preference = CertificatePreference::tls12_ciphers;
  EXPECT_EQ(ends.outcome().server_leaf, ecdsa().id);
}

TEST(Openssl3, RefusesAServerWithoutSecureRenegotiation) {
  Ends ends = good_ends();
  ends.server.versions = {tls::kTls12};
  ends.server.renegotiation_info = false;
  EXPECT_EQ(ends.outcome().refusal->reason, Reason::no_secure_renegotiation);
  ends.client.stack = Stack::openssl_11;
  EXPECT_TRUE(ends.outcome().works());
}

TEST(Openssl11, StillSpeaksTls11AtLevelOne) {
  Ends ends = good_ends();
  ends.client.versions = ends.server.versions = {tls::kTls11};
  ends.client.suites = ends.server.suites = {{0xc013}};
  EXPECT_EQ(ends.outcome().refusal,
            (Refusal{Phase::selection, Side::server, alert::kInternalError, Reason::no_common_version}));
  ends.client.stack = ends.server.stack = Stack::openssl_11;
  EXPECT_TRUE(ends.outcome().works());
}

TEST(OpensslServer, AnswersNobodyWithoutASuiteOfItsHighestVersion) {
  Ends ends = good_ends();
  ends.client.versions = {tls::kTls12};
  ends.server.suites_tls13.clear();
  EXPECT_THAT(ends.outcome().branches, Contains(BranchPoint::server_without_suites));
}

TEST(Jsse, DoesNotTryItsOtherKeyWhereTheFirstNamedKindHasNoScheme) {
  Ends ends = good_ends();
  ends.server.stack = Stack::java_17;
  ends.server.schemes = {kEcdsaP256, kEcdsaP384, kPss, kPkcs1};
  ends.client.schemes = {kEcdsaP384, kPss};
  EXPECT_EQ(ends.outcome().refusal->alert, alert::kInternalError);
  ends.client.schemes = {kPss, kEcdsaP384};
  EXPECT_EQ(ends.outcome().server_leaf, rsa().id);
}

// Section 6 of the measured page: one row a fault, one alert a stack; 0: taken.
struct ChainCase {
  Flaw flaw;
  unsigned store;
  int openssl3, java17, gnutls;
};

TEST(Chain, IsJudgedByEachStackInItsOwnWay) {
  const ChainCase cases[] = {
      {Flaw::none, kRoot, 0, 0, 0},
      {Flaw::none, kEcRoot, 48, 46, 42},
      {Flaw::missing_intermediate, kRoot, 48, 46, 42},
      {Flaw::expired, kRoot, 45, 46, 42},
      {Flaw::future, kRoot, 42, 46, 42},
      {Flaw::wrong_purpose, kRoot, 43, 46, 42},
      {Flaw::no_signature, kRoot, 0, 46, 80},
      {Flaw::sha1_leaf, kRoot, 42, 0, 42},
      {Flaw::sha1_intermediate, kRoot, 42, 0, 42},
      {Flaw::sha1_root, kSha1Root, 0, 0, 0},
      {Flaw::none, kLeaves, 48, 0, 0},
      {Flaw::self_signed, kSelfSigned, 0, 0, 0},
  };
  for (const ChainCase& given : cases) {
    const auto alert_of = [&](Stack stack) {
      Ends ends = good_ends();
      ends.client.stack = stack;
      ends.client.trust = trust_of(given.store);
      ends.server.security_level = 0;
      ends.server.keys = {identities()[1 * kFlaws + static_cast<std::size_t>(given.flaw)].chain};
      const Outcome outcome = ends.outcome();
      return outcome.works() ? 0 : static_cast<int>(outcome.refusal->alert.value);
    };
    EXPECT_EQ(alert_of(Stack::openssl_3), given.openssl3) << "flaw " << static_cast<int>(given.flaw);
    EXPECT_EQ(alert_of(Stack::java_17), given.java17) << "flaw " << static_cast<int>(given.flaw);
    EXPECT_EQ(alert_of(Stack::gnutls), given.gnutls) << "flaw " << static_cast<int>(given.flaw);
  }
}

TEST(Chain, OfAPinnedPeerIsNotLookedAt) {
  Ends ends = good_ends();
  ends.server.security_level = 0;
  ends.server.keys = {identities()[0 * kFlaws + static_cast<std::size_t>(Flaw::expired)].chain};
  ends.client.trust.anchors[ends.server.keys[0].id] = Anchor::pinned;
  ends.client.security_level = 2;
  EXPECT_TRUE(ends.outcome().works());
}

TEST(Chain, OfATrustedStrangerMayStillNotBeLetIn) {
  Ends ends = good_ends();
  ends.server.client_auth = ClientAuth::require;
  ends.client.keys = {rsa()};
  ends.server.trust.check_subject = true;
  ends.server.trust.unauthorised = {rsa().id};
  EXPECT_EQ(ends.outcome().refusal->reason, Reason::subject_not_authorised);
  EXPECT_EQ(ends.outcome().refusal->phase, Phase::client_certificate);
}

TEST(ClientCertificate, IsWithheldByJsseAndGnutlsWhereNoCaIsNamed) {
  Ends ends = good_ends();
  ends.server.client_auth = ClientAuth::require;
  ends.server.authorities = {"CN=Somebody Else"};
  ends.client.keys = {rsa()};
  EXPECT_TRUE(ends.outcome().works()) << "OpenSSL does not look at the names";
  for (const Stack stack : {Stack::java_17, Stack::gnutls}) {
    ends.client.stack = stack;
    EXPECT_EQ(ends.outcome().refusal->reason, Reason::client_certificate_missing);
    EXPECT_THAT(ends.outcome().branches, Contains(BranchPoint::client_key_none_by_authority));
  }
}

TEST(ClientCertificate, IsMissedWithAnAlertOfTheServersOwn) {
  struct Row {
    Stack server;
    Version version;
    int alert;
  };
  for (const Row& row : {Row{Stack::openssl_3, tls::kTls12, 40}, Row{Stack::openssl_3, tls::kTls13, 116},
                         Row{Stack::java_17, tls::kTls12, 42}, Row{Stack::java_17, tls::kTls13, 42},
                         Row{Stack::gnutls, tls::kTls12, 50}, Row{Stack::gnutls, tls::kTls13, 116}}) {
    Ends ends = good_ends();
    ends.server.stack = row.server;
    ends.server.versions = {row.version};
    ends.server.client_auth = ClientAuth::require;
    EXPECT_EQ(ends.outcome().refusal->alert.value, row.alert) << to_text(row.server);
  }
}

TEST(Stacks, AreNamedAsTheContractNamesThem) {
  for (const StackTraits& row : all_stacks()) EXPECT_EQ(parse_stack(row.name), row.stack);
  EXPECT_EQ(parse_stack("boringssl"), std::nullopt);
  EXPECT_EQ(readings(Stack::nss).size(), 3U);
  EXPECT_EQ(readings(Stack::openssl_3).size(), 1U);
}

}  // namespace
}  // namespace ucready::negotiation
