#include "tests/passive/tls_pair.h"

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <array>
#include <stdexcept>

#include "core/c_handle.h"

namespace ucready::passive {
namespace {

using Context = CHandle<SSL_CTX, SSL_CTX_free>;
using Connection = CHandle<SSL, SSL_free>;
using Session = CHandle<SSL_SESSION, SSL_SESSION_free>;

std::string* key_log = nullptr;
Session* kept_session = nullptr;

void want(bool good, const char* what) {
  if (!good) throw std::runtime_error(std::string("libssl cannot take ") + what);
}

void note_secret(const SSL*, const char* line) {
  *key_log += line;
  *key_log += '\n';
}

int keep_session(SSL*, SSL_SESSION* session) {
  kept_session->reset(session);
  return 1;
}

int accept_all(int, X509_STORE_CTX*) { return 1; }

unsigned client_psk(SSL*, const char*, char* identity, unsigned most, unsigned char* key, unsigned most_key) {
  const std::string_view name = "phone";
  if (name.size() >= most || most_key < 32) return 0;
  name.copy(identity, name.size());
  identity[name.size()] = 0;
  std::fill_n(key, 32, static_cast<unsigned char>(7));
  return 32;
}

unsigned server_psk(SSL*, const char*, unsigned char* key, unsigned most) {
  if (most < 32) return 0;
  std::fill_n(key, 32, static_cast<unsigned char>(7));
  return 32;
}

void use(SSL_CTX* context, const support::MadeCertificate& made) {
  const unsigned char* at = made.der.data();
  const CHandle<X509, X509_free> certificate(d2i_X509(nullptr, &at, static_cast<long>(made.der.size())));
  want(SSL_CTX_use_certificate(context, certificate.get()) == 1, "a certificate");
  want(SSL_CTX_use_PrivateKey(context, made.key.get()) == 1, "a key");
}

void configure(SSL_CTX* context, const PairConfig& config) {
  SSL_CTX_set_security_level(context, 0);
  want(SSL_CTX_set_min_proto_version(context, config.version) == 1, "a version");
  want(SSL_CTX_set_max_proto_version(context, config.version) == 1, "a version");
  if (!config.ciphers.empty()) want(SSL_CTX_set_cipher_list(context, config.ciphers.c_str()) == 1, "ciphers");
  if (!config.tls13_ciphers.empty()) {
    want(SSL_CTX_set_ciphersuites(context, config.tls13_ciphers.c_str()) == 1, "ciphers of TLS 1.3");
  }
}

bool move(SSL* from, SSL* to, Side side, std::vector<Flight>& flights) {
  BIO* const out = SSL_get_wbio(from);
  Bytes bytes(BIO_ctrl_pending(out));
  if (bytes.empty()) return false;
  BIO_read(out, bytes.data(), static_cast<int>(bytes.size()));
  BIO_write(SSL_get_rbio(to), bytes.data(), static_cast<int>(bytes.size()));
  flights.push_back({side, std::move(bytes)});
  return true;
}

Connection connect(SSL_CTX* context) {
  Connection connection(SSL_new(context));
  SSL_set_bio(connection.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  return connection;
}

void run(SSL* client, SSL* server, std::vector<Flight>& flights) {
  SSL_set_connect_state(client);
  SSL_set_accept_state(server);
  std::array<char, 256> heard{};
  bool moving = true;
  while (moving) {
    SSL_do_handshake(client);
    moving = move(client, server, Side::a, flights);
    SSL_do_handshake(server);
    if (SSL_is_init_finished(client)) SSL_read(client, heard.data(), heard.size());
    moving = move(server, client, Side::b, flights) || moving;
  }
  if (SSL_is_init_finished(client)) SSL_read(client, heard.data(), heard.size());
  if (!SSL_is_init_finished(client) || !SSL_is_init_finished(server)) return;
  SSL_write(client, "GET", 3);
  move(client, server, Side::a, flights);
  SSL_read(server, heard.data(), heard.size());
  SSL_write(server, "200", 3);
  move(server, client, Side::b, flights);
  SSL_read(client, heard.data(), heard.size());
  SSL_shutdown(client);
  move(client, server, Side::a, flights);
  SSL_shutdown(server);
  move(server, client, Side::b, flights);
}

}  // namespace

Pair talk(const PairConfig& config) {
  Pair pair;
  Session session;
  key_log = &pair.key_log;
  kept_session = &session;
  const Context server(SSL_CTX_new(TLS_server_method()));
  const Context client(SSL_CTX_new(TLS_client_method()));
  configure(server.get(), config);
  configure(client.get(), config);
  if (!config.server_groups.empty()) {
    want(SSL_CTX_set1_groups_list(server.get(), config.server_groups.c_str()) == 1, "groups");
  }
  if (config.psk) {
    SSL_CTX_set_psk_client_callback(client.get(), client_psk);
    SSL_CTX_set_psk_server_callback(server.get(), server_psk);
  }
  const auto own = support::make_certificate({.subject = {{"CN", "cucm"}, {"O", "Nordwind"}}, .key = config.key});
  pair.server_certificate = own.der;
  use(server.get(), own);
  SSL_CTX_set_session_id_context(server.get(), as_bytes("nw").data(), 2);
  if (!config.tickets) {
    SSL_CTX_set_options(server.get(), SSL_OP_NO_TICKET);
    SSL_CTX_set_num_tickets(server.get(), 0);
  }
  const int mode = (config.request_certificate ? SSL_VERIFY_PEER : SSL_VERIFY_NONE) |
                   (config.require_certificate ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0);
  SSL_CTX_set_verify(server.get(), mode, config.server_trusts_client ? accept_all : nullptr);
  SSL_CTX_set_verify(client.get(), SSL_VERIFY_PEER, config.client_trusts_server ? accept_all : nullptr);
  if (!config.client_key.empty()) {
    const auto phone = support::make_certificate({.subject = {{"CN", "SEP001122"}}, .key = config.client_key});
    pair.client_certificate = phone.der;
    use(client.get(), phone);
  }
  SSL_CTX_set_keylog_callback(client.get(), note_secret);
  SSL_CTX_set_session_cache_mode(client.get(), SSL_SESS_CACHE_CLIENT);
  SSL_CTX_sess_set_new_cb(client.get(), keep_session);
  for (int i = 0; i < config.connections; ++i) {
    pair.flights.clear();
    const Connection c = connect(client.get());
    const Connection s = connect(server.get());
    if (!config.server_name.empty()) {
      SSL_ctrl(c.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
               const_cast<char*>(config.server_name.c_str()));
    }
    if (session) SSL_set_session(c.get(), session.get());
    run(c.get(), s.get(), pair.flights);
  }
  return pair;
}

}  // namespace ucready::passive
