#include "tests/tls/openssl_server.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <map>
#include <stdexcept>

namespace ucready::tls {
namespace {

struct Identity {
  EVP_PKEY* key = nullptr;
  X509* certificate = nullptr;
};

EVP_PKEY* make_pss_key() {
  EVP_PKEY_CTX* const context = EVP_PKEY_CTX_new_id(EVP_PKEY_RSA_PSS, nullptr);
  EVP_PKEY* key = nullptr;
  EVP_PKEY_keygen_init(context);
  EVP_PKEY_CTX_set_rsa_keygen_bits(context, 2048);
  EVP_PKEY_keygen(context, &key);
  EVP_PKEY_CTX_free(context);
  return key;
}

EVP_PKEY* make_key(KeyKind kind) {
  switch (kind) {
    case KeyKind::rsa:
      return EVP_RSA_gen(2048);
    case KeyKind::rsa_pss:
      return make_pss_key();
    case KeyKind::p256:
      return EVP_EC_gen("P-256");
    case KeyKind::p384:
      return EVP_EC_gen("P-384");
    case KeyKind::ed25519:
      return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  }
  return nullptr;
}

// Made once in the life of the program, and never freed.
const Identity& identity(KeyKind kind) {
  static std::map<KeyKind, Identity>& identities = *new std::map<KeyKind, Identity>;
  const auto [at, is_new] = identities.try_emplace(kind);
  if (!is_new) return at->second;
  Identity& made = at->second;
  made.key = make_key(kind);
  made.certificate = X509_new();
  X509_set_version(made.certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(made.certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(made.certificate), 0);
  X509_gmtime_adj(X509_getm_notAfter(made.certificate), 3600);
  X509_set_pubkey(made.certificate, made.key);
  X509_sign(made.certificate, made.key, kind == KeyKind::ed25519 ? nullptr : EVP_sha256());
  return made;
}

int select_alpn(SSL*, const unsigned char** out, unsigned char* out_bytes, const unsigned char*, unsigned, void* name) {
  const auto& text = *static_cast<const std::string*>(name);
  *out = as_bytes(text).data();
  *out_bytes = static_cast<unsigned char>(text.size());
  return SSL_TLSEXT_ERR_OK;
}

int put_freight(SSL* connection, void* config) {
  const Bytes freight(static_cast<const ServerConfig*>(config)->ticket_freight);
  return SSL_SESSION_set1_ticket_appdata(SSL_get_session(connection), freight.data(), freight.size());
}

SSL_TICKET_RETURN take_ticket(SSL*, SSL_SESSION*, const unsigned char*, std::size_t, SSL_TICKET_STATUS status, void*) {
  return status == SSL_TICKET_SUCCESS ? SSL_TICKET_RETURN_USE : SSL_TICKET_RETURN_IGNORE_RENEW;
}

int take_any(int, X509_STORE_CTX*) { return 1; }

}  // namespace

struct OpensslServer::Impl {
  ServerConfig config;
  SSL_CTX* context = nullptr;
  SSL* connection = nullptr;
  BIO* to_server = nullptr;
  BIO* from_server = nullptr;
};

OpensslServer::OpensslServer(const ServerConfig& config) : impl_(std::make_unique<Impl>()) {
  impl_->config = config;
  SSL_CTX* const context = impl_->context = SSL_CTX_new(TLS_server_method());
  const auto want = [](bool good, const char* what) {
    if (!good) throw std::runtime_error(std::string("the test server cannot take ") + what);
  };
  if (config.resumes != Resumes::by_ticket) SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
  if (config.resumes == Resumes::never) SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  if (!config.extended_master_secret) SSL_CTX_set_options(context, SSL_OP_NO_EXTENDED_MASTER_SECRET);
  SSL_CTX_set_num_tickets(context, config.tickets);
  want(SSL_CTX_set_min_proto_version(context, config.min_version) == 1, "its lowest version");
  want(SSL_CTX_set_max_proto_version(context, config.max_version) == 1, "its highest version");
  want(SSL_CTX_set_cipher_list(context, config.ciphers.c_str()) == 1, "its ciphers");
  if (!config.tls13_ciphers.empty()) {
    want(SSL_CTX_set_ciphersuites(context, config.tls13_ciphers.c_str()) == 1, "its TLS 1.3 ciphers");
  }
  if (!config.groups.empty()) want(SSL_CTX_set1_groups_list(context, config.groups.c_str()) == 1, "its groups");
  if (config.ticket_freight > 0) SSL_CTX_set_session_ticket_cb(context, put_freight, take_ticket, &impl_->config);
  if (config.dh) SSL_CTX_set_dh_auto(context, 1);
  if (!config.alpn.empty()) SSL_CTX_set_alpn_select_cb(context, select_alpn, &impl_->config.alpn);
  if (config.request_client_certificate) {
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, config.takes_any_client ? take_any : nullptr);
    X509_NAME* const authority = X509_NAME_new();
    X509_NAME_add_entry_by_txt(authority, "CN", MBSTRING_UTF8, as_bytes("Phone CA").data(), -1, -1, 0);
    STACK_OF(X509_NAME)* const names = sk_X509_NAME_new_null();
    sk_X509_NAME_push(names, authority);
    SSL_CTX_set0_CA_list(context, names);
  }
  for (const KeyKind kind : config.keys) {
    want(SSL_CTX_use_certificate(context, identity(kind).certificate) == 1, "its certificate");
    want(SSL_CTX_use_PrivateKey(context, identity(kind).key) == 1, "its key");
  }
  accept_next();
}

void OpensslServer::accept_next() {
  // libssl forgets the session of a connection that it did not end itself, and a server ends what its client ended.
  if (impl_->connection != nullptr && SSL_get_shutdown(impl_->connection) != 0) SSL_shutdown(impl_->connection);
  SSL_free(impl_->connection);
  impl_->connection = SSL_new(impl_->context);
  impl_->to_server = BIO_new(BIO_s_mem());
  impl_->from_server = BIO_new(BIO_s_mem());
  SSL_set_bio(impl_->connection, impl_->to_server, impl_->from_server);
  SSL_set_accept_state(impl_->connection);
}

OpensslServer::~OpensslServer() {
  SSL_free(impl_->connection);
  SSL_CTX_free(impl_->context);
}

Bytes OpensslServer::answer(ByteView sent) {
  BIO_write(impl_->to_server, sent.data(), static_cast<int>(sent.size()));
  if (SSL_do_handshake(impl_->connection) == 1) {
    std::array<char, 4096> request{};
    for (int count = 0; (count = SSL_read(impl_->connection, request.data(), static_cast<int>(request.size()))) > 0;) {
      if (impl_->config.before_response) impl_->config.before_response(impl_->connection);
      if (!impl_->config.respond) continue;
      const std::string said = impl_->config.respond(std::string_view(request.data(), static_cast<std::size_t>(count)));
      if (!said.empty()) SSL_write(impl_->connection, said.data(), static_cast<int>(said.size()));
    }
  }
  Bytes bytes(BIO_ctrl_pending(impl_->from_server));
  if (!bytes.empty()) BIO_read(impl_->from_server, bytes.data(), static_cast<int>(bytes.size()));
  return bytes;
}

Bytes OpensslServer::certificate_of(KeyKind kind) {
  unsigned char* der = nullptr;
  const int size = i2d_X509(identity(kind).certificate, &der);
  const std::span<const unsigned char> view(der, static_cast<std::size_t>(size));
  Bytes bytes(view.begin(), view.end());
  OPENSSL_free(der);
  return bytes;
}

ServerAnswer interview(OpensslServer& server, HelloProbe& probe, std::size_t fragment) {
  while (!probe.done() && probe.wants_to_send()) {
    const Bytes reply = server.answer(probe.take_output());
    ByteView rest = reply;
    while (!rest.empty()) {
      const std::size_t size = fragment == 0 ? rest.size() : std::min(fragment, rest.size());
      probe.receive(rest.first(size));
      rest = rest.subspan(size);
    }
  }
  if (!probe.done()) probe.peer_closed();
  if (probe.wants_to_send()) server.answer(probe.take_output());
  return probe.take_answer();
}

}  // namespace ucready::tls
