#include "trust/chain_verdict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/trust/estate.h"
#include "trust/certificate.h"

namespace ucready::trust {
namespace {

using support::make_certificate;
using testing::HasSubstr;

int alert_of(const ChainVerdict& verdict) { return verdict.alert ? verdict.alert->value : -1; }

MadeCertificate leaf_with(const std::function<void(CertificateRecipe&)>& change) {
  CertificateRecipe recipe = leaf_recipe();
  change(recipe);
  return make_certificate(recipe, &nw_issuing());
}

TrustEntry pin_of(const MadeCertificate& made, const std::string& roles) {
  TrustEntry entry = ca_entry(made);
  entry.kind = TrustKind::pinned;
  entry.roles = roles;
  return entry;
}

constexpr std::string_view kMeasured[] = {"openssl-3", "openssl-1.1", "haproxy", "java-17", "gnutls"};
constexpr std::string_view kOthers[] = {"openssl-1.0",   "java-8",        "nss", "schannel-2012r2",
                                        "schannel-2016", "schannel-2022", ""};

TEST(ChainVerdict, AWholeChainUnderAStoredRootIsTrustedByEveryStack) {
  const TrustStore store = store_of({nw_root()});
  ChainQuestion asked = question({nw_leaf(), nw_issuing()}, store);
  asked.name = "hh-cucm1.nordwind.example";

  for (const std::string_view stack : kMeasured) {
    asked.stack = stack;
    const ChainVerdict verdict = judge_chain(asked);
    EXPECT_EQ(verdict.outcome, ChainOutcome::trusted) << stack << verdict.sentence;
    EXPECT_EQ(verdict.anchoring, Anchoring::root);
    EXPECT_EQ(verdict.reason, "");
  }
  for (const std::string_view stack : kOthers) {
    asked.stack = stack;
    EXPECT_EQ(judge_chain(asked).outcome, ChainOutcome::trusted) << stack;
  }
}

TEST(ChainVerdict, WithoutKnownStoreNothingIsKnown) {
  const TrustStore store;
  ChainQuestion asked = question({nw_leaf(), nw_issuing()}, store);
  asked.store = nullptr;

  EXPECT_EQ(judge_chain(asked).outcome, ChainOutcome::unknown);
  EXPECT_EQ(judge_chain(asked).reason, "missing_trust");
}

TEST(ChainVerdict, AKnownEmptyStoreTrustsNothing) {
  const TrustStore store;

  const ChainVerdict verdict = judge_chain(question({nw_leaf(), nw_issuing()}, store));

  EXPECT_EQ(verdict.outcome, ChainOutcome::refused);
  EXPECT_EQ(verdict.reason, "untrusted_server_certificate");
}

TEST(ChainVerdict, WithoutReadableCertificateNothingIsKnown) {
  const TrustStore store = store_of({nw_root()});
  ChainQuestion asked = question({}, store);
  EXPECT_EQ(judge_chain(asked).reason, "missing_certificate");

  asked.chain = {read_certificate(Bytes{0x30, 0x03, 1, 2, 3})};
  EXPECT_EQ(judge_chain(asked).outcome, ChainOutcome::unknown);
  EXPECT_EQ(judge_chain(asked).reason, "missing_certificate");
}

TEST(ChainVerdict, EachStackRefusesAnUnknownAuthorityWithItsOwnAlert) {
  const TrustStore store = store_of({self_signed_leaf()});
  ChainQuestion asked = question({nw_leaf(), nw_issuing()}, store);
  const std::pair<std::string, int> kAlerts[] = {
      {"openssl-3", 48}, {"openssl-1.1", 48}, {"java-17", 46}, {"gnutls", 42}, {"nss", -1}};
  for (const auto& [stack, alert] : kAlerts) {
    asked.stack = stack;
    const ChainVerdict verdict = judge_chain(asked);
    EXPECT_EQ(verdict.outcome, ChainOutcome::refused) << stack;
    EXPECT_EQ(verdict.reason, "untrusted_server_certificate");
    EXPECT_EQ(alert_of(verdict), alert) << stack;
    EXPECT_THAT(
        verdict.sentence,
        HasSubstr("the issuer CN=NW-Root,O=Nordwind of CN=NW-Issuing-CA2,O=Nordwind is neither sent nor in the store"));
  }
}

TEST(ChainVerdict, AnIntermediateIsMissingOnlyWhereItIsKnownToLeadToTheStore) {
  const TrustStore store = store_of({nw_root()});
  ChainQuestion asked = question({nw_leaf()}, store);
  EXPECT_EQ(judge_chain(asked).reason, "untrusted_server_certificate");

  asked.seen_elsewhere = as_presented({nw_issuing(), self_signed_leaf()});
  const ChainVerdict verdict = judge_chain(asked);
  EXPECT_EQ(verdict.outcome, ChainOutcome::refused);
  EXPECT_EQ(verdict.reason, "missing_intermediate");
  EXPECT_EQ(verdict.anchoring, Anchoring::missing_intermediate);
  EXPECT_EQ(alert_of(verdict), 48);
}

TEST(ChainVerdict, AnImpostorOfTheIntermediateProvesNothing) {
  const MadeCertificate impostor = authority("NW-Issuing-CA2", &nw_root());
  const TrustStore store = store_of({nw_root()});
  ChainQuestion asked = question({nw_leaf()}, store);
  asked.seen_elsewhere = as_presented({impostor});

  EXPECT_EQ(judge_chain(asked).reason, "untrusted_server_certificate");
}

TEST(ChainVerdict, ARootSeenElsewhereIsNotTherebyTrusted) {
  const TrustStore store = store_of({self_signed_leaf()});
  ChainQuestion asked = question({nw_leaf(), nw_issuing()}, store);
  asked.seen_elsewhere = as_presented({nw_root()});

  EXPECT_EQ(judge_chain(asked).reason, "untrusted_server_certificate");
}

TEST(ChainVerdict, AStoreWithOnlyTheLeafOfAnAuthorityDividesTheStacks) {
  const TrustStore store = store_of({nw_leaf()});
  ChainQuestion asked = question({nw_leaf(), nw_issuing()}, store);
  const auto outcome = [&](const char* stack) {
    asked.stack = stack;
    return judge_chain(asked).outcome;
  };
  EXPECT_EQ(outcome("openssl-3"), ChainOutcome::refused);
  EXPECT_EQ(outcome("java-17"), ChainOutcome::trusted);
  EXPECT_EQ(outcome("gnutls"), ChainOutcome::trusted);
  EXPECT_EQ(outcome("nss"), ChainOutcome::unknown);
  EXPECT_EQ(judge_chain(asked).reason, "missing_stack");
  asked.partial_chains = true;
  EXPECT_EQ(outcome("openssl-3"), ChainOutcome::trusted);
  EXPECT_EQ(judge_chain(asked).anchoring, Anchoring::partial);
}

TEST(ChainVerdict, Sha1BelowTheRootDividesTheStacks) {
  const TrustStore store = store_of({nw_root()});
  ChainQuestion asked = question({leaf_with([](auto& r) { r.hash = "sha1"; }), nw_issuing()}, store);
  const auto verdict = [&](const char* stack, std::optional<int> level) {
    asked.stack = stack;
    asked.security_level = level;
    return judge_chain(asked);
  };
  EXPECT_EQ(verdict("openssl-3", 0).outcome, ChainOutcome::trusted);
  EXPECT_EQ(verdict("openssl-3", 1).reason, "sha1_certificate");
  EXPECT_EQ(alert_of(verdict("openssl-3", 1)), 42);
  EXPECT_EQ(verdict("openssl-1.1", 1).outcome, ChainOutcome::trusted);
  EXPECT_EQ(verdict("openssl-1.1", 2).outcome, ChainOutcome::refused);
  EXPECT_EQ(verdict("haproxy", 0).outcome, ChainOutcome::trusted);
  EXPECT_EQ(verdict("haproxy", 1).outcome, ChainOutcome::unknown);
  EXPECT_EQ(verdict("haproxy", 2).outcome, ChainOutcome::refused);
  EXPECT_EQ(verdict("openssl-3", std::nullopt).reason, "missing_security_level");
  EXPECT_EQ(verdict("gnutls", std::nullopt).outcome, ChainOutcome::refused);
  EXPECT_EQ(verdict("java-17", std::nullopt).reason, "missing_root_origin");
  asked.root_is_stacks_own = false;
  EXPECT_EQ(verdict("java-17", std::nullopt).outcome, ChainOutcome::trusted);
  asked.root_is_stacks_own = true;
  EXPECT_EQ(alert_of(verdict("java-17", std::nullopt)), 46);
  EXPECT_EQ(verdict("schannel-2016", std::nullopt).outcome, ChainOutcome::unknown);
}

TEST(ChainVerdict, Sha1OfTheRootItselfTroublesNoMeasuredStack) {
  const MadeCertificate root = authority("NW-Root-SHA1", nullptr, {.hash = "sha1"});
  const TrustStore store = store_of({root});
  ChainQuestion asked = question({make_certificate(leaf_recipe(), &root)}, store);
  asked.security_level = 2;
  for (const std::string_view stack : kMeasured) {
    asked.stack = stack;
    EXPECT_EQ(judge_chain(asked).outcome, ChainOutcome::trusted) << stack;
  }
}

TEST(ChainVerdict, AShortKeyIsWeakFromLevel2On) {
  const TrustStore store = store_of({nw_root()});
  ChainQuestion asked = question({leaf_with([](auto& r) { r.key = "rsa:1024"; }), nw_issuing()}, store);
  EXPECT_EQ(judge_chain(asked).outcome, ChainOutcome::trusted);
  asked.security_level = 2;
  EXPECT_EQ(judge_chain(asked).reason, "weak_key");
  asked.security_level.reset();
  EXPECT_EQ(judge_chain(asked).reason, "missing_security_level");
  for (const char* const stack : {"java-17", "gnutls"}) {
    asked.stack = stack;
    EXPECT_EQ(judge_chain(asked).outcome, ChainOutcome::trusted) << stack;
  }
  asked.stack = "nss";
  EXPECT_EQ(judge_chain(asked).outcome, ChainOutcome::unknown);
}

TEST(ChainVerdict, DatesAreAskedAtTheMomentOfTheQuestion) {
  const TrustStore store = store_of({nw_root()});
  ChainQuestion asked = question({nw_leaf(), nw_issuing()}, store);

  asked.at = parse_iso8601("2028-02-01").value();
  EXPECT_EQ(judge_chain(asked).reason, "expired_certificate");
  EXPECT_EQ(alert_of(judge_chain(asked)), 45);
  EXPECT_THAT(judge_chain(asked).sentence, HasSubstr("hh-cucm1.nordwind.example,O=Nordwind has expired"));
  asked.at = parse_iso8601("2025-06-01").value();
  EXPECT_EQ(judge_chain(asked).reason, "expired_certificate");
  EXPECT_EQ(alert_of(judge_chain(asked)), 42);
  EXPECT_THAT(judge_chain(asked).sentence, HasSubstr("is not yet valid"));
  asked.stack = "schannel-2022";
  EXPECT_EQ(judge_chain(asked).outcome, ChainOutcome::refused);
}

TEST(ChainVerdict, AnExpiredRootTroublesAllButJava) {
  const MadeCertificate root = authority("NW-Root-Old", nullptr, {.not_after = "250101000000Z"});
  const TrustStore store = store_of({root});
  ChainQuestion asked = question({make_certificate(leaf_recipe(), &root)}, store);
  EXPECT_EQ(judge_chain(asked).reason, "expired_certificate");
  asked.stack = "gnutls";
  EXPECT_EQ(alert_of(judge_chain(asked)), 42);
  asked.stack = "java-17";
  EXPECT_EQ(judge_chain(asked).outcome, ChainOutcome::trusted);
  asked.stack = "nss";
  EXPECT_EQ(judge_chain(asked).outcome, ChainOutcome::unknown);
}

TEST(ChainVerdict, TheRoleOfThePresenterMustBeAmongThePurposes) {
  const TrustStore store = store_of({nw_root()});
  ChainQuestion asked = question({leaf_with([](auto& r) { r.eku = "serverAuth"; }), nw_issuing()}, store);
  EXPECT_EQ(judge_chain(asked).outcome, ChainOutcome::trusted);
  asked.presenter = Presenter::client;
  EXPECT_EQ(judge_chain(asked).reason, "client_eku_missing");
  EXPECT_EQ(alert_of(judge_chain(asked)), 43);
  EXPECT_THAT(judge_chain(asked).sentence, HasSubstr("(serverAuth) lacks clientAuth"));

  asked = question({leaf_with([](auto& r) { r.eku = "clientAuth"; }), nw_issuing()}, store);
  EXPECT_EQ(judge_chain(asked).reason, "server_eku_missing");
}

TEST(ChainVerdict, AClientsUnknownAuthorityHasAReasonOfItsOwn) {
  const TrustStore store;
  ChainQuestion asked = question({nw_leaf(), nw_issuing()}, store);
  asked.presenter = Presenter::client;
  EXPECT_EQ(judge_chain(asked).reason, "untrusted_client_certificate");
}

TEST(ChainVerdict, JsseAndGnutlsWantASignatureFromTheLeafsKey) {
  const TrustStore store = store_of({nw_root()});
  ChainQuestion asked = question({leaf_with([](auto& r) { r.key_usage = "keyAgreement"; }), nw_issuing()}, store);
  EXPECT_EQ(judge_chain(asked).outcome, ChainOutcome::trusted);
  asked.stack = "java-17";
  EXPECT_EQ(alert_of(judge_chain(asked)), 46);
  asked.stack = "gnutls";
  EXPECT_EQ(alert_of(judge_chain(asked)), 80);
}

TEST(ChainVerdict, NamesAreComparedOnlyWhereOneIsAsked) {
  const TrustStore store = store_of({nw_root()});
  ChainQuestion asked = question({nw_leaf(), nw_issuing()}, store);
  for (const char* const right : {"", "hh-cucm1.nordwind.example", "HH-CUCM1.nordwind.example", "10.20.0.11"}) {
    asked.name = right;
    EXPECT_EQ(judge_chain(asked).outcome, ChainOutcome::trusted) << right;
  }
  for (const char* const wrong : {"hh-cucm1", "x.hh-cucm1.nordwind.example", "10.20.0.1", "2001:db8::1"}) {
    asked.name = wrong;
    EXPECT_EQ(judge_chain(asked).reason, "name_mismatch") << wrong;
  }
}

TEST(ChainVerdict, ASubjectThatIsNotOnTheListIsTurnedAwayAfterTls) {
  const TrustStore store = store_of({nw_root()});
  ChainQuestion asked = question({leaf_with([](auto& r) { r.dns = {"sip.nordwind.example"}; }), nw_issuing()}, store);
  asked.presenter = Presenter::client;

  asked.authorised_subjects = {"hh-cube1.nordwind.example", "HH-CUCM1.nordwind.example"};
  EXPECT_EQ(judge_chain(asked).outcome, ChainOutcome::trusted);
  asked.authorised_subjects = {"hh-cube1.nordwind.example"};
  EXPECT_EQ(judge_chain(asked).reason, "subject_not_authorised");
  EXPECT_FALSE(judge_chain(asked).alert);
  asked.authorised_subjects = {"sip.nordwind.example"};
  EXPECT_EQ(judge_chain(asked).reason, "missing_subject_rule");
}

TEST(ChainVerdict, APinnedCertificateIsComparedAndNothingElse) {
  TrustStore store;
  store.add(pin_of(self_signed_leaf(), "CCM+TFTP"));
  ChainQuestion asked = question({self_signed_leaf()}, store);
  asked.at = parse_iso8601("2039-01-01").value();
  asked.name = "some.other.name";

  EXPECT_EQ(judge_chain(asked).outcome, ChainOutcome::trusted);
  EXPECT_EQ(judge_chain(asked).anchoring, Anchoring::pinned);
  asked.pin_roles = {"CCM", "CCM+TFTP"};
  EXPECT_EQ(judge_chain(asked).outcome, ChainOutcome::trusted);
  asked.pin_roles = {"CAPF"};
  EXPECT_EQ(judge_chain(asked).outcome, ChainOutcome::refused);
  EXPECT_THAT(judge_chain(asked).sentence, HasSubstr("is pinned as CCM+TFTP only"));
}

TEST(ChainVerdict, APinOfTheRootDoesNotVouchForItsLeaves) {
  TrustStore store;
  store.add(pin_of(nw_root(), "CAPF"));

  const ChainVerdict verdict = judge_chain(question({nw_leaf(), nw_issuing(), nw_root()}, store));

  EXPECT_EQ(verdict.outcome, ChainOutcome::refused);
  EXPECT_EQ(verdict.reason, "untrusted_server_certificate");
  EXPECT_FALSE(verdict.alert);
  EXPECT_THAT(verdict.sentence, HasSubstr("none of the 1 certificates that the list pins"));
}

TEST(ChainVerdict, APinMayBeAHash) {
  for (const char* const algorithm : {"sha256", "sha1"}) {
    TrustStore store;
    const CertificatePtr leaf = read_certificate(nw_leaf().der);
    std::string value = leaf->sha256;
    if (algorithm == std::string("sha1")) {
      std::array<std::uint8_t, 20> digest{};
      std::size_t size = 0;
      EVP_Q_digest(nullptr, "SHA1", nullptr, leaf->der.data(), leaf->der.size(), digest.data(), &size);
      value = to_hex(digest);
    }
    store.add({.kind = TrustKind::pinned, .hash = CertificateHash{algorithm, value}, .roles = "CCM"});
    EXPECT_EQ(judge_chain(question({nw_leaf()}, store)).outcome, ChainOutcome::trusted) << algorithm;
    EXPECT_EQ(judge_chain(question({self_signed_leaf()}, store)).outcome, ChainOutcome::refused) << algorithm;
  }
}

TEST(ChainVerdict, AHundredThousandPresentedCertificatesAreNotAllWalked) {
  const TrustStore store = store_of({nw_root()});
  ChainQuestion asked = question({nw_leaf(), nw_issuing()}, store);
  asked.chain.resize(100'000, asked.chain[1]);
  EXPECT_EQ(judge_chain(asked).outcome, ChainOutcome::trusted);
}

}  // namespace
}  // namespace ucready::trust
