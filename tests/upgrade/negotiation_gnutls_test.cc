// The forecast against a GnuTLS server in memory, over the rules in which it differs from OpenSSL.
#include <gnutls/gnutls.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "tests/upgrade/negotiation/probed_selection.h"
#include "tests/upgrade/negotiation/universe.h"

namespace ucready::negotiation {
namespace {

void must(int code, const char* what) {
  if (code < 0) throw std::runtime_error(std::string("gnutls: ") + what + ": " + gnutls_strerror(code));
}

gnutls_datum_t datum(std::string& text) {
  return {const_cast<unsigned char*>(as_bytes(text).data()), static_cast<unsigned>(text.size())};
}

std::string priority(const ServerProfile& server) {
  const std::map<Group, const char*> groups = {
      {{0x1d}, "X25519"}, {{0x17}, "SECP256R1"}, {{0x18}, "SECP384R1"}, {{0x19}, "SECP521R1"}};
  std::string text = "NONE";
  for (const Version version : server.versions) text += version == tls::kTls13 ? ":+VERS-TLS1.3" : ":+VERS-TLS1.2";
  text +=
      ":+ECDHE-ECDSA:+ECDHE-RSA:+RSA:+AES-256-GCM:+AES-128-GCM:+CHACHA20-POLY1305:+AES-128-CBC:+AEAD:+SHA1:+CTYPE-X509";
  for (const Group group : server.groups) text += std::string(":+GROUP-") + groups.at(group);
  text += ":+SIGN-ECDSA-SECP256R1-SHA256:+SIGN-ECDSA-SECP384R1-SHA384:+SIGN-ECDSA-SECP521R1-SHA512";
  // As long as TLSv1.2 is spoken GnuTLS wants the ECDSA schemes by these names too.
  text += ":+SIGN-ECDSA-SHA256:+SIGN-ECDSA-SHA384:+SIGN-ECDSA-SHA512";
  text += ":+SIGN-RSA-PSS-RSAE-SHA256:+SIGN-RSA-PSS-RSAE-SHA384:+SIGN-RSA-PSS-RSAE-SHA512";
  text += ":+SIGN-RSA-SHA256:+SIGN-RSA-SHA384:+SIGN-RSA-SHA512";
  if (server.server_preference) text += ":%SERVER_PRECEDENCE";
  return text;
}

class GnutlsServer {
 public:
  explicit GnutlsServer(const ServerProfile& profile) {
    must(gnutls_certificate_allocate_credentials(&credentials_), "credentials");
    for (const Chain& chain : profile.keys) {
      const Identity& identity = identity_of(chain.id);
      std::string certificate = identity.leaf.pem();
      std::string key = identity.leaf.key_pem();
      const gnutls_datum_t certificate_datum = datum(certificate), key_datum = datum(key);
      must(gnutls_certificate_set_x509_key_mem(credentials_, &certificate_datum, &key_datum, GNUTLS_X509_FMT_PEM),
           "key");
    }
    must(gnutls_init(&session_, GNUTLS_SERVER | GNUTLS_NONBLOCK | GNUTLS_NO_TICKETS), "session");
    const char* error = nullptr;
    must(gnutls_priority_set_direct(session_, priority(profile).c_str(), &error), "priority");
    must(gnutls_credentials_set(session_, GNUTLS_CRD_CERTIFICATE, credentials_), "credentials");
    gnutls_transport_set_ptr(session_, this);
    gnutls_transport_set_push_function(session_, push);
    gnutls_transport_set_pull_function(session_, pull);
    gnutls_transport_set_pull_timeout_function(session_, [](gnutls_transport_ptr_t, unsigned) { return 1; });
  }
  ~GnutlsServer() {
    gnutls_deinit(session_);
    gnutls_certificate_free_credentials(credentials_);
  }
  GnutlsServer(const GnutlsServer&) = delete;
  GnutlsServer& operator=(const GnutlsServer&) = delete;

  Bytes answer(ByteView sent) {
    in_.insert(in_.end(), sent.begin(), sent.end());
    const int code = gnutls_handshake(session_);
    // The library leaves it to the application to send its alerts.
    if (code < 0 && gnutls_error_is_fatal(code) != 0) gnutls_alert_send_appropriate(session_, code);
    return std::exchange(out_, {});
  }

 private:
  static ssize_t push(gnutls_transport_ptr_t self, const void* bytes, std::size_t size) {
    const ByteView view(static_cast<const std::uint8_t*>(bytes), size);
    Bytes& out = static_cast<GnutlsServer*>(self)->out_;
    out.insert(out.end(), view.begin(), view.end());
    return static_cast<ssize_t>(size);
  }
  static ssize_t pull(gnutls_transport_ptr_t self, void* bytes, std::size_t size) {
    GnutlsServer& server = *static_cast<GnutlsServer*>(self);
    if (server.in_.empty()) {
      gnutls_transport_set_errno(server.session_, EAGAIN);
      return -1;
    }
    const std::size_t taken = std::min(size, server.in_.size());
    std::memcpy(bytes, server.in_.data(), taken);
    server.in_.erase(server.in_.begin(), server.in_.begin() + static_cast<std::ptrdiff_t>(taken));
    return static_cast<ssize_t>(taken);
  }

  gnutls_certificate_credentials_t credentials_ = nullptr;
  gnutls_session_t session_ = nullptr;
  Bytes in_;
  Bytes out_;
};

std::function<Bytes(ByteView)> make(const ServerProfile& profile) {
  return [server = std::make_shared<GnutlsServer>(profile)](ByteView sent) { return server->answer(sent); };
}

TEST(NegotiationGnutls, ForecastsWhatAServerSelects) {
  std::map<std::string_view, std::size_t> points;
  std::size_t disagreements = 0;
  constexpr std::uint64_t kCases = 1500;
  for (std::uint64_t seed = 0; seed < kCases; ++seed) {
    const std::string parted = compare(draw_case(seed, Stack::gnutls), make, points);
    if (!parted.empty() && ++disagreements <= 4) ADD_FAILURE() << "seed " << seed << "\n" << parted;
  }
  EXPECT_EQ(disagreements, 0U) << "of " << kCases;
  // Each of its own ways was gone: the first loaded key whatever the client prefers, a retry with the client's first
  // group, one for the server's first although a share could be used, P-256 where the client names no group, 40 for a
  // version that is not there.
  for (const std::string_view own :
       {"tls13_key_by_load_order", "retry_by_client_order", "retry_although_a_share_was_usable", "group_assumed",
        "version_none", "schemes_extension_missing", "tls13_scheme_none"}) {
    EXPECT_GE(points[own], 10U) << own;
  }
}

}  // namespace
}  // namespace ucready::negotiation
