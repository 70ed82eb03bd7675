// The verdicts for OpenSSL 3 against libssl itself: each chain is presented in a handshake over memory BIOs, and the
// end that judges it must take it, or send the very alert that was foretold.
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <functional>
#include <memory>

#include "tests/trust/estate.h"

namespace ucready::trust {
namespace {

using support::make_certificate;

template <auto Free>
struct FreeBy {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using ContextHandle = std::unique_ptr<SSL_CTX, FreeBy<SSL_CTX_free>>;
using SslHandle = std::unique_ptr<SSL, FreeBy<SSL_free>>;
using X509Handle = std::unique_ptr<X509, FreeBy<X509_free>>;

X509Handle parse(const Bytes& der) {
  const unsigned char* at = der.data();
  return X509Handle(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
}

struct Case {
  std::string name;
  std::vector<MadeCertificate> chain;
  std::vector<MadeCertificate> store;
  std::function<void(ChainQuestion&)> change = [](ChainQuestion&) {};
};

// What the judging end did: nothing where it took the chain.
struct Outcome {
  bool finished = false;
  std::optional<int> alert;
};

ContextHandle context(bool server, int level) {
  ContextHandle made(SSL_CTX_new(server ? TLS_server_method() : TLS_client_method()));
  SSL_CTX_set_security_level(made.get(), level);
  SSL_CTX_set_mode(made.get(), SSL_MODE_NO_AUTO_CHAIN);
  return made;
}

void present(SSL_CTX* to, const std::vector<MadeCertificate>& chain) {
  ASSERT_EQ(SSL_CTX_use_certificate(to, parse(chain.front().der).get()), 1);
  ASSERT_EQ(SSL_CTX_use_PrivateKey(to, chain.front().key.get()), 1);
  for (std::size_t i = 1; i < chain.size(); ++i) {
    ASSERT_EQ(SSL_CTX_add1_chain_cert(to, parse(chain[i].der).get()), 1);
  }
}

void judge_with(SSL_CTX* judge, const Case& test, const ChainQuestion& question) {
  for (const MadeCertificate& made : test.store)
    X509_STORE_add_cert(SSL_CTX_get_cert_store(judge), parse(made.der).get());
  X509_VERIFY_PARAM* const parameters = SSL_CTX_get0_param(judge);
  X509_VERIFY_PARAM_set_time(parameters, question.at.time_since_epoch().count());
  if (question.partial_chains) X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN);
  if (!question.name.empty() && X509_VERIFY_PARAM_set1_ip_asc(parameters, question.name.c_str()) != 1) {
    X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    X509_VERIFY_PARAM_set1_host(parameters, question.name.c_str(), 0);
  }
  SSL_CTX_set_verify(judge, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
}

void note_alert(const SSL* ssl, int where, int value) {
  if ((where & SSL_CB_WRITE_ALERT) != SSL_CB_WRITE_ALERT || value >> 8 != SSL3_AL_FATAL) return;
  *static_cast<std::optional<int>*>(SSL_get_ex_data(ssl, 0)) = value & 0xff;
}

Outcome shake_hands(const Case& test, const ChainQuestion& question) {
  const bool server_presents = question.presenter == Presenter::server;
  const int level = question.security_level.value();
  const ContextHandle server = context(true, server_presents ? 0 : level);
  const ContextHandle client = context(false, server_presents ? level : 0);
  SSL_CTX* const presenter = server_presents ? server.get() : client.get();
  SSL_CTX* const judge = server_presents ? client.get() : server.get();
  present(presenter, test.chain);
  if (!server_presents) present(server.get(), {make_certificate({.key = "rsa:4096", .hash = "sha512"})});
  judge_with(judge, test, question);

  Outcome outcome;
  const SslHandle at_server(SSL_new(server.get()));
  const SslHandle at_client(SSL_new(client.get()));
  BIO* server_end = nullptr;
  BIO* client_end = nullptr;
  BIO_new_bio_pair(&server_end, 1 << 18, &client_end, 1 << 18);
  SSL_set_bio(at_server.get(), server_end, server_end);
  SSL_set_bio(at_client.get(), client_end, client_end);
  SSL* const judging = server_presents ? at_client.get() : at_server.get();
  SSL_set_ex_data(judging, 0, &outcome.alert);
  SSL_set_info_callback(judging, note_alert);
  SSL_set_accept_state(at_server.get());
  SSL_set_connect_state(at_client.get());
  for (int turn = 0; turn < 10; ++turn) {
    SSL_do_handshake(at_client.get());
    SSL_do_handshake(at_server.get());
  }
  outcome.finished = SSL_is_init_finished(judging) == 1;
  return outcome;
}

MadeCertificate leaf_with(const std::function<void(CertificateRecipe&)>& change, const MadeCertificate& issuer) {
  CertificateRecipe recipe = leaf_recipe();
  change(recipe);
  return make_certificate(recipe, &issuer);
}

MadeCertificate bent(MadeCertificate certificate) {
  certificate.der.back() ^= 1U;
  return certificate;
}

std::vector<Case> cases() {
  const auto by_issuing = [](const std::function<void(CertificateRecipe&)>& change) {
    return leaf_with(change, nw_issuing());
  };
  const MadeCertificate sha1_issuing = authority("NW-Issuing-SHA1", &nw_root(), {.hash = "sha1"});
  const MadeCertificate sha1_root = authority("NW-Root-SHA1", nullptr, {.hash = "sha1"});
  const MadeCertificate short_issuing = authority("NW-Issuing-1024", &nw_root(), {.key = "rsa:1024"});
  const MadeCertificate old_issuing = authority("NW-Issuing-Old", &nw_root(), {.not_after = "250101000000Z"});
  const MadeCertificate old_root = authority("NW-Root-Old", nullptr, {.not_after = "250101000000Z"});
  const MadeCertificate client_only = authority("NW-Issuing-Clients", &nw_root(), {.eku = "clientAuth"});
  const auto plain = [](CertificateRecipe&) {};
  return {
      {"whole chain, root stored", {nw_leaf(), nw_issuing()}, {nw_root()}},
      {"whole chain with its root", {nw_leaf(), nw_issuing(), nw_root()}, {nw_root()}},
      {"in any order", {nw_leaf(), nw_root(), nw_issuing()}, {nw_root()}},
      {"intermediate stored, not sent", {nw_leaf()}, {nw_root(), nw_issuing()}},
      {"intermediate missing", {nw_leaf()}, {nw_root()}},
      {"another root stored", {nw_leaf(), nw_issuing()}, {sha1_root}},
      {"root sent, not stored", {nw_leaf(), nw_issuing(), nw_root()}, {sha1_root}},
      {"empty store", {nw_leaf(), nw_issuing()}, {}},
      {"only the issuing CA stored", {nw_leaf()}, {nw_issuing()}},
      {"only the issuing CA stored, partial", {nw_leaf()}, {nw_issuing()}, [](auto& q) { q.partial_chains = true; }},
      {"only the leaf stored", {nw_leaf(), nw_issuing()}, {nw_leaf()}},
      {"only the leaf stored, partial",
       {nw_leaf(), nw_issuing()},
       {nw_leaf()},
       [](auto& q) { q.partial_chains = true; }},
      {"self-signed, stored", {self_signed_leaf()}, {self_signed_leaf()}},
      {"self-signed, not stored", {self_signed_leaf()}, {nw_root()}},
      {"self-signed with SHA-1, stored", {make_certificate({.hash = "sha1"})}, {make_certificate({.hash = "sha1"})}},
      {"SHA-1 leaf", {by_issuing([](auto& r) { r.hash = "sha1"; }), nw_issuing()}, {nw_root()}},
      {"MD5 leaf of an RSA issuer",
       {leaf_with([](auto& r) { r.hash = "md5"; }, short_issuing), short_issuing},
       {nw_root()}},
      {"SHA-1 intermediate", {leaf_with(plain, sha1_issuing), sha1_issuing}, {nw_root()}},
      {"SHA-1 root", {leaf_with(plain, sha1_root)}, {sha1_root}},
      {"RSA 1024 leaf", {by_issuing([](auto& r) { r.key = "rsa:1024"; }), nw_issuing()}, {nw_root()}},
      {"RSA 1024 leaf of an unknown CA", {by_issuing([](auto& r) { r.key = "rsa:1024"; }), nw_issuing()}, {}},
      {"RSA 2048 leaf", {by_issuing([](auto& r) { r.key = "rsa:2048"; }), nw_issuing()}, {nw_root()}},
      {"RSA 1024 intermediate", {leaf_with(plain, short_issuing), short_issuing}, {nw_root()}},
      {"expired leaf", {by_issuing([](auto& r) { r.not_after = "260201000000Z"; }), nw_issuing()}, {nw_root()}},
      {"leaf of the future", {by_issuing([](auto& r) { r.not_before = "270101000000Z"; }), nw_issuing()}, {nw_root()}},
      {"expired intermediate", {leaf_with(plain, old_issuing), old_issuing}, {nw_root()}},
      {"expired root", {leaf_with(plain, old_root)}, {old_root}},
      {"expired, unknown CA", {by_issuing([](auto& r) { r.not_after = "260201000000Z"; })}, {}},
      {"expired and SHA-1",
       {by_issuing([](auto& r) { r.hash = "sha1", r.not_after = "260201000000Z"; }), nw_issuing()},
       {nw_root()}},
      {"server only", {by_issuing([](auto& r) { r.eku = "serverAuth"; }), nw_issuing()}, {nw_root()}},
      {"client only", {by_issuing([](auto& r) { r.eku = "clientAuth"; }), nw_issuing()}, {nw_root()}},
      {"no purposes named", {by_issuing([](auto& r) { r.eku = ""; }), nw_issuing()}, {nw_root()}},
      {"any purpose only", {by_issuing([](auto& r) { r.eku = "anyExtendedKeyUsage"; }), nw_issuing()}, {nw_root()}},
      {"issuer for clients only", {leaf_with(plain, client_only), client_only}, {nw_root()}},
      {"key encipherment only",
       {by_issuing([](auto& r) { r.key = "rsa:2048", r.key_usage = "keyEncipherment"; }), nw_issuing()},
       {nw_root()}},
      {"signs nothing", {by_issuing([](auto& r) { r.key_usage = "cRLSign"; }), nw_issuing()}, {nw_root()}},
      {"a leaf as issuer", {leaf_with(plain, nw_leaf()), nw_leaf(), nw_issuing()}, {nw_root()}},
      {"bent signature", {bent(nw_leaf()), nw_issuing()}, {nw_root()}},
      {"right name", {nw_leaf(), nw_issuing()}, {nw_root()}, [](auto& q) { q.name = "HH-cucm1.nordwind.example"; }},
      {"wrong name", {nw_leaf(), nw_issuing()}, {nw_root()}, [](auto& q) { q.name = "hh-cucm2.nordwind.example"; }},
      {"right address", {nw_leaf(), nw_issuing()}, {nw_root()}, [](auto& q) { q.name = "10.20.0.11"; }},
      {"wrong address", {nw_leaf(), nw_issuing()}, {nw_root()}, [](auto& q) { q.name = "10.20.0.12"; }},
      {"wrong name, expired",
       {by_issuing([](auto& r) { r.not_after = "260201000000Z"; }), nw_issuing()},
       {nw_root()},
       [](auto& q) { q.name = "hh-cucm2.nordwind.example"; }},
  };
}

void expect_the_same(const Case& test, Presenter presenter, int level) {
  const TrustStore store = store_of(test.store);
  ChainQuestion asked = question(test.chain, store);
  asked.presenter = presenter;
  asked.security_level = level;
  test.change(asked);

  const Outcome real = shake_hands(test, asked);
  const ChainVerdict verdict = judge_chain(asked);

  const std::string where = test.name + ", level " + std::to_string(level) + ": " + verdict.sentence;
  EXPECT_EQ(real.finished ? ChainOutcome::trusted : ChainOutcome::refused, verdict.outcome) << where;
  EXPECT_EQ(real.finished, !real.alert.has_value()) << where;
  if (real.alert) {
    ASSERT_TRUE(verdict.alert) << where;
    EXPECT_EQ(*real.alert, verdict.alert->value) << where;
  }
}

TEST(ChainVerdictAgainstOpenssl, AClientDoesWithEachServerChainWhatWasForetoldAtEachLevel) {
  for (const Case& test : cases()) {
    for (int level = 0; level <= 3; ++level) expect_the_same(test, Presenter::server, level);
  }
}

TEST(ChainVerdictAgainstOpenssl, AServerDoesWithEachClientChainWhatWasForetoldAtEachLevel) {
  for (const Case& test : cases()) {
    for (int level = 0; level <= 3; ++level) expect_the_same(test, Presenter::client, level);
  }
}

}  // namespace
}  // namespace ucready::trust
