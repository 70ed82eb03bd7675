#include "tests/upgrade/negotiation/openssl_pair.h"

#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/dh.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <map>
#include <stdexcept>

#include "tests/upgrade/negotiation/forged_hello.h"
#include "tests/upgrade/negotiation/universe.h"
#include "tls/record.h"
#include "tls/server_flight.h"
#include "tls/server_hello.h"

namespace ucready::negotiation {
namespace {

void must(bool done, const std::string& what) {
  if (!done) throw std::runtime_error("openssl_pair: " + what);
}

X509* certificate(const support::MadeCertificate& made) {
  static std::map<Bytes, X509*>& parsed = *new std::map<Bytes, X509*>;
  X509*& slot = parsed[made.der];
  if (slot == nullptr) {
    const unsigned char* bytes = made.der.data();
    slot = d2i_X509(nullptr, &bytes, static_cast<long>(made.der.size()));
    must(slot != nullptr, "certificate");
  }
  return slot;
}

X509_STORE* make_store(unsigned content, bool partial) {
  X509_STORE* const store = X509_STORE_new();
  if ((content & kRoot) != 0) X509_STORE_add_cert(store, certificate(root()));
  if ((content & kSha1Root) != 0) X509_STORE_add_cert(store, certificate(sha1_root()));
  if ((content & kEcRoot) != 0) X509_STORE_add_cert(store, certificate(ec_root()));
  for (const Identity& identity : identities()) {
    const unsigned bit = identity.flaw == Flaw::self_signed ? kSelfSigned : kLeaves;
    if ((content & bit) != 0) X509_STORE_add_cert(store, certificate(identity.leaf));
  }
  if (partial) X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
  return store;
}

X509_STORE* store_of(const Trust& trust) {
  static std::map<std::pair<unsigned, bool>, X509_STORE*>& stores =
      *new std::map<std::pair<unsigned, bool>, X509_STORE*>;
  const unsigned content = content_of(trust);
  X509_STORE*& slot = stores[{content, trust.partial_chains}];
  if (slot == nullptr) slot = make_store(content, trust.partial_chains);
  return slot;
}

EVP_PKEY* dh_parameters(int bits) {
  const auto make = [](BIGNUM* prime) {
    OSSL_PARAM_BLD* const build = OSSL_PARAM_BLD_new();
    BIGNUM* const generator = BN_new();
    BN_set_word(generator, 2);
    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_FFC_P, prime);
    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_FFC_G, generator);
    EVP_PKEY_CTX* const context = EVP_PKEY_CTX_new_from_name(nullptr, "DH", nullptr);
    EVP_PKEY* key = nullptr;
    EVP_PKEY_fromdata_init(context);
    OSSL_PARAM* const parameters = OSSL_PARAM_BLD_to_param(build);
    EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEY_PARAMETERS, parameters);
    OSSL_PARAM_free(parameters);
    OSSL_PARAM_BLD_free(build);
    BN_free(generator);
    BN_free(prime);
    EVP_PKEY_CTX_free(context);
    must(key != nullptr, "DH parameters");
    return key;
  };
  static EVP_PKEY* const k1024 = make(BN_get_rfc2409_prime_1024(nullptr));
  static EVP_PKEY* const k2048 = make(BN_get_rfc3526_prime_2048(nullptr));
  return bits == 1024 ? k1024 : k2048;
}

std::string names_of_suites(SSL* ssl, const std::vector<CipherSuite>& suites) {
  std::string names;
  for (const CipherSuite suite : suites) {
    const std::array<unsigned char, 2> wire = {static_cast<unsigned char>(suite.value >> 8),
                                               static_cast<unsigned char>(suite.value & 0xff)};
    const SSL_CIPHER* const cipher = SSL_CIPHER_find(ssl, wire.data());
    must(cipher != nullptr, "suite " + tls::name(suite));
    if (!names.empty()) names += ':';
    names += SSL_CIPHER_get_name(cipher);
  }
  return names;
}

std::string names_of_schemes(const std::vector<SignatureScheme>& schemes) {
  std::string names;
  for (const SignatureScheme scheme : schemes) {
    if (!names.empty()) names += ':';
    // OpenSSL has no single word for the elder ones.
    const std::map<SignatureScheme, const char*> elder = {{{0x0201}, "RSA+SHA1"}, {{0x0203}, "ECDSA+SHA1"}};
    const auto at = elder.find(scheme);
    names += at == elder.end() ? tls::name(scheme) : at->second;
  }
  return names;
}

const char* openssl_name(Group group) {
  const std::map<Group, const char*> names = {{{0x1d}, "X25519"},         {{0x17}, "P-256"}, {{0x18}, "P-384"},
                                              {{0x19}, "P-521"},          {{0x1e}, "X448"},  {{0x100}, "ffdhe2048"},
                                              {{0x1a}, "brainpoolP256r1"}};
  return names.at(group);
}

std::string names_of_groups(const std::vector<Group>& groups) {
  std::string names;
  for (const Group group : groups) {
    if (!names.empty()) names += ':';
    names += openssl_name(group);
  }
  return names;
}

int take_any(int, X509_STORE_CTX*) { return 1; }

// A key that the level refuses is not there; nothing else may go wrong.
void load_key(SSL* ssl, const Chain& chain) {
  const Identity& identity = identity_of(chain.id);
  // Tried on a connection of its own, so that a refusal half-way leaves nothing behind.
  const auto load = [&](SSL* into) {
    if (SSL_use_certificate(into, certificate(identity.leaf)) != 1) return false;
    for (const auto& issuer : identity.sent) {
      if (SSL_add1_chain_cert(into, certificate(issuer)) != 1) return false;
    }
    return SSL_use_PrivateKey(into, identity.leaf.key.get()) == 1;
  };
  SSL* const trial = SSL_new(SSL_get_SSL_CTX(ssl));
  SSL_set_security_level(trial, SSL_get_security_level(ssl));
  const bool loads = load(trial);
  SSL_free(trial);
  if (!loads) return;
  if (SSL_use_certificate(ssl, certificate(identity.leaf)) == 1) SSL_clear_chain_certs(ssl);
  must(load(ssl), "key");
}

void configure(SSL* ssl, const Profile& profile) {
  SSL_set_security_level(ssl, profile.security_level);
  SSL_set_mode(ssl, SSL_MODE_NO_AUTO_CHAIN);
  must(SSL_set_min_proto_version(ssl, profile.versions.back().value) == 1, "lowest version");
  must(SSL_set_max_proto_version(ssl, profile.versions.front().value) == 1, "highest version");
  for (const auto& [version, option] : {std::pair{tls::kTls11, SSL_OP_NO_TLSv1_1}, {tls::kTls12, SSL_OP_NO_TLSv1_2}}) {
    if (!contains(profile.versions, version)) SSL_set_options(ssl, option);
  }
  must(SSL_set_cipher_list(ssl, names_of_suites(ssl, profile.suites).c_str()) == 1, "suites");
  must(SSL_set_ciphersuites(ssl, names_of_suites(ssl, profile.suites_tls13).c_str()) == 1, "TLSv1.3 suites");
  must(SSL_set1_groups_list(ssl, names_of_groups(profile.groups).c_str()) == 1, "groups");
  must(SSL_set1_sigalgs_list(ssl, names_of_schemes(profile.schemes).c_str()) == 1, "schemes");
  for (const Chain& chain : profile.keys) load_key(ssl, chain);
  SSL_set1_verify_cert_store(ssl, store_of(profile.trust));
  X509_VERIFY_PARAM_set_time(SSL_get0_param(ssl), kVerificationTime);
}

// One end, and what it says.
struct End {
  SSL* ssl = nullptr;
  bool is_client = false;
  struct Log* log = nullptr;
};

struct Log {
  Observed seen;
  tls::ServerAnswer answer;         // What the server sent.
  tls::ServerAnswer client_answer;  // The client's Certificate.
  bool hello_sent = false, server_hello = false, client_certificate = false;
  std::optional<Refusal> refusal;  // The first fatal alert: sender and number.
};

void take_server_message(Log& log, const tls::HandshakeMessage& message) {
  if (message.type != tls::HandshakeType::server_hello) {
    (void)tls::take_flight_message(message, log.answer);
    return;
  }
  const auto hello = tls::read_server_hello(message.body);
  must(hello.has_value(), "ServerHello");
  if (hello->retry) {
    log.seen.outcome.hello_retry = true;
    log.seen.retry_suite = hello->suite;
    log.seen.retry_group = hello->group;
    return;
  }
  log.server_hello = true;
  log.answer.version = hello->version;
  log.answer.suite = hello->suite;
  log.answer.group = hello->group;
  const std::string_view random = as_text(hello->random);
  // RFC 8446 section 4.1.3.
  log.seen.downgrade_mark = random.substr(24, 7) == "DOWNGRD";
}

void take_client_message(Log& log, const tls::HandshakeMessage& message) {
  if (message.type == tls::HandshakeType::client_hello && !log.hello_sent) {
    log.hello_sent = true;
    const auto hello = tls::read_client_hello(message.body);
    must(hello.has_value(), "ClientHello");
    log.seen.hello = facts_of(*hello);
  }
  if (message.type == tls::HandshakeType::certificate) {
    log.client_certificate = true;
    log.client_answer.version = log.answer.version;
    (void)tls::take_flight_message(message, log.client_answer);
  }
}

void overhear(int written, int, int type, const void* bytes, std::size_t size, SSL*, void* argument) {
  const End& end = *static_cast<End*>(argument);
  if (written != 1) return;
  const ByteView view(static_cast<const std::uint8_t*>(bytes), size);
  if (type == SSL3_RT_ALERT && view[0] == 2 && !end.log->refusal) {
    end.log->refusal = Refusal{Phase::hello, end.is_client ? Side::client : Side::server, tls::Alert{view[1]}, {}};
  }
  if (type != SSL3_RT_HANDSHAKE) return;
  tls::HandshakeReader reader;
  reader.feed(view);
  const auto message = reader.next();
  must(message.has_value() && message->has_value(), "handshake message");
  end.is_client ? take_client_message(*end.log, **message) : take_server_message(*end.log, **message);
}

Phase phase_of(const Log& log) {
  if (!log.hello_sent) return Phase::hello;
  if (!log.server_hello) return Phase::selection;
  return log.refusal->by == Side::client ? Phase::server_flight : Phase::client_certificate;
}

SSL_CTX* context(bool client) {
  static const auto make = [](bool is_client) {
    SSL_CTX* const made = SSL_CTX_new(is_client ? TLS_client_method() : TLS_server_method());
    SSL_CTX_set_session_cache_mode(made, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(made, SSL_OP_NO_TICKET);
    SSL_CTX_set_num_tickets(made, 0);
    return made;
  };
  static SSL_CTX* const client_context = make(true);
  static SSL_CTX* const server_context = make(false);
  return client ? client_context : server_context;
}

SSL* make_client(const ClientProfile& client) {
  SSL* const ssl = SSL_new(context(true));
  configure(ssl, client);
  SSL_set_verify(ssl, SSL_VERIFY_PEER, client.trust.verify ? nullptr : take_any);
  if (client.trust.check_name) SSL_set1_host(ssl, "cucm-pub.nordwind.example");
  if (client.fallback) SSL_set_mode(ssl, SSL_MODE_SEND_FALLBACK_SCSV);
  SSL_set_connect_state(ssl);
  return ssl;
}

SSL* make_server(const ServerProfile& server) {
  SSL* const ssl = SSL_new(context(false));
  configure(ssl, server);
  if (server.server_preference) SSL_set_options(ssl, SSL_OP_CIPHER_SERVER_PREFERENCE);
  if (server.prioritize_chacha) SSL_set_options(ssl, SSL_OP_PRIORITIZE_CHACHA);
  if (server.dh == DhParameters::by_key) SSL_set_dh_auto(ssl, 1);
  if (server.dh == DhParameters::fixed) {
    EVP_PKEY* const parameters = dh_parameters(server.dh_bits);
    EVP_PKEY_up_ref(parameters);
    if (SSL_set0_tmp_dh_pkey(ssl, parameters) != 1) EVP_PKEY_free(parameters);
  }
  const int mode = server.client_auth == ClientAuth::none      ? SSL_VERIFY_NONE
                   : server.client_auth == ClientAuth::request ? SSL_VERIFY_PEER
                                                               : SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
  SSL_set_verify(ssl, mode, server.trust.verify ? nullptr : take_any);
  SSL_set_accept_state(ssl);
  return ssl;
}

// The first flight of the client, replaced by what somebody between the two makes of it.
void forge_hello(BIO* to_server, const Forgery& forge, Log& log) {
  Bytes sent(BIO_ctrl_pending(to_server));
  if (sent.empty() || log.refusal) return;
  BIO_read(to_server, sent.data(), static_cast<int>(sent.size()));
  ByteReader reader(sent);
  reader.bytes(tls::kRecordHeaderBytes + 4);  // Of the record and of the handshake message.
  const auto hello = tls::read_client_hello(reader.rest());
  must(hello.has_value(), "ClientHello");
  const ForgedHello forged = forge(facts_of(*hello));
  log.seen.forged = forged.facts;
  const Bytes record = write_forged(forged, *hello, sent);
  BIO_write(to_server, record.data(), static_cast<int>(record.size()));
}

void converse(SSL* client, SSL* server, Log& log, const Forgery& forge) {
  BIO* const to_server = BIO_new(BIO_s_mem());
  BIO* const to_client = BIO_new(BIO_s_mem());
  BIO_up_ref(to_server);
  BIO_up_ref(to_client);
  SSL_set_bio(client, to_client, to_server);
  SSL_set_bio(server, to_server, to_client);
  if (forge) {
    char unread = 0;
    SSL_read(client, &unread, 1);
    forge_hello(to_server, forge, log);
  }
  // Two round trips at most, a retry, and one more look of each end after it has finished.
  constexpr int kRounds = 5;
  for (int round = 0; round < kRounds && !log.refusal; ++round) {
    for (SSL* const end : {client, server}) {
      char unread = 0;
      if (!log.refusal && !(forge && log.seen.outcome.hello_retry)) SSL_read(end, &unread, 1);
    }
  }
}

}  // namespace

Observed perform(const Pair& pair, const Forgery& forge) {
  Log log;
  End client{make_client(pair.client), true, &log};
  End server{make_server(pair.server), false, &log};
  for (End* const end : {&client, &server}) {
    SSL_set_msg_callback(end->ssl, overhear);
    SSL_set_msg_callback_arg(end->ssl, end);
  }
  converse(client.ssl, server.ssl, log, forge);
  const bool finished = SSL_is_init_finished(client.ssl) == 1 && SSL_is_init_finished(server.ssl) == 1;
  must(finished || log.refusal || forge, "neither finished nor an alert");
  SSL_free(client.ssl);
  SSL_free(server.ssl);
  ERR_clear_error();

  Outcome& outcome = log.seen.outcome;
  outcome.refusal = log.refusal;
  if (outcome.refusal) outcome.refusal->phase = phase_of(log);
  if (log.server_hello) {
    outcome.version = log.answer.version;
    outcome.suite = log.answer.suite;
    outcome.group = log.answer.group;
    outcome.dh_bits = log.answer.dh_bits;
    outcome.scheme = log.answer.scheme;
    outcome.certificate_requested = log.answer.certificate_request.has_value();
    if (!log.answer.certificates.empty()) {
      outcome.server_leaf = identity_of(log.answer.certificates.front()).chain.id;
    }
    if (!log.client_answer.certificates.empty()) {
      outcome.client_leaf = identity_of(log.client_answer.certificates.front()).chain.id;
    }
  }
  return log.seen;
}

namespace {

std::string end_of_command(const Profile& profile, SSL* ssl) {
  std::string keys;
  for (const Chain& chain : profile.keys) {
    const Identity& identity = identity_of(chain.id);
    std::string name = fmt::format("{}-{}", identity.key, static_cast<int>(identity.flaw));
    std::replace(name.begin(), name.end(), ':', '-');
    keys += keys.empty() ? fmt::format(" -cert {0}.pem -key {0}.key", name)
                         : fmt::format(" -dcert {0}.pem -dkey {0}.key", name);
  }
  const auto version = [](Version v) {
    const std::string name = tls::name(v);
    return v == tls::kTls10 ? std::string("TLSv1") : name;
  };
  return fmt::format(
      " -min_protocol {} -max_protocol {} -cipher '{}:@SECLEVEL={}' -ciphersuites {} -groups {} -sigalgs {}{}\n",
      version(profile.versions.back()), version(profile.versions.front()), names_of_suites(ssl, profile.suites),
      profile.security_level, names_of_suites(ssl, profile.suites_tls13), names_of_groups(profile.groups),
      names_of_schemes(profile.schemes), keys);
}

}  // namespace

std::string as_commands(const Pair& pair) {
  SSL* const ssl = SSL_new(context(true));
  const ServerProfile& server = pair.server;
  const std::string text =
      fmt::format("openssl s_server -accept 4433{}{}{}{}openssl s_client -connect 127.0.0.1:4433{}",
                  server.server_preference ? " -serverpref" : "", server.prioritize_chacha ? " -prioritize_chacha" : "",
                  server.client_auth == ClientAuth::require   ? " -Verify 9"
                  : server.client_auth == ClientAuth::request ? " -verify 9"
                                                              : "",
                  end_of_command(pair.server, ssl), end_of_command(pair.client, ssl));
  SSL_free(ssl);
  return text;
}

}  // namespace ucready::negotiation
