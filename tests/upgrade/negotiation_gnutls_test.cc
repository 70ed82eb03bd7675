// The forecast against a GnuTLS server in memory, over the rules in which it differs from OpenSSL.
#include <gmock/gmock.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <list>
#include <memory>

#include "tests/upgrade/negotiation/probed_selection.h"
#include "tests/upgrade/negotiation/universe.h"

namespace ucready::negotiation {
namespace {

using testing::IsEmpty;

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

class GnutlsEnd {
 public:
  GnutlsEnd(const Profile& profile, const std::string& priorities, unsigned flags) {
    must(gnutls_certificate_allocate_credentials(&credentials_), "credentials");
    for (const Chain& chain : profile.keys) load(identity_of(chain.id));
    must(gnutls_init(&session_, flags | GNUTLS_NONBLOCK | GNUTLS_NO_TICKETS), "session");
    const char* error = nullptr;
    must(gnutls_priority_set_direct(session_, priorities.c_str(), &error), "priority");
    must(gnutls_credentials_set(session_, GNUTLS_CRD_CERTIFICATE, credentials_), "credentials");
    gnutls_transport_set_ptr(session_, this);
    gnutls_transport_set_push_function(session_, push);
    gnutls_transport_set_pull_function(session_, pull);
    gnutls_transport_set_pull_timeout_function(session_, [](gnutls_transport_ptr_t, unsigned) { return 1; });
  }
  ~GnutlsEnd() {
    gnutls_deinit(session_);
    gnutls_certificate_free_credentials(credentials_);
  }
  GnutlsEnd(const GnutlsEnd&) = delete;
  GnutlsEnd& operator=(const GnutlsEnd&) = delete;

  void trust(const support::MadeCertificate& certificate) {
    std::string pem = certificate.pem();
    const gnutls_datum_t pem_datum = datum(pem);
    must(gnutls_certificate_set_x509_trust_mem(credentials_, &pem_datum, GNUTLS_X509_FMT_PEM), "trust");
  }
  // With the purpose, as gnutls-cli does it; without one GnuTLS takes a certificate of any extendedKeyUsage.
  void verify_peer() {
    static std::string purpose = GNUTLS_KP_TLS_WWW_SERVER;
    gnutls_typed_vdata_st wanted{GNUTLS_DT_KEY_PURPOSE_OID, datum(purpose).data, 0};
    gnutls_session_set_verify_cert2(session_, &purposes_.emplace_back(wanted), 1, 0);
  }
  void require_certificate() { gnutls_certificate_server_set_request(session_, GNUTLS_CERT_REQUIRE); }

  Bytes answer(ByteView sent) {
    in_.insert(in_.end(), sent.begin(), sent.end());
    if (!done_) {
      const int code = gnutls_handshake(session_);
      done_ = code == GNUTLS_E_SUCCESS;
      // The library leaves it to the application to send its alerts.
      if (code < 0 && gnutls_error_is_fatal(code) != 0) give_up(code);
    }
    return std::exchange(out_, {});
  }
  [[nodiscard]] bool done() const { return done_; }
  [[nodiscard]] int alert() const { return alert_; }  // That it sent; -1: none.

 private:
  void load(const Identity& identity) {
    std::string certificates = identity.leaf.pem();
    for (const auto& issuer : identity.sent) certificates += issuer.pem();
    std::string key = identity.leaf.key_pem();
    const gnutls_datum_t certificates_datum = datum(certificates), key_datum = datum(key);
    must(gnutls_certificate_set_x509_key_mem(credentials_, &certificates_datum, &key_datum, GNUTLS_X509_FMT_PEM),
         "key");
  }

  void give_up(int code) {
    int level = 0;
    if (code != GNUTLS_E_FATAL_ALERT_RECEIVED && alert_ < 0) alert_ = gnutls_error_to_alert(code, &level);
    gnutls_alert_send_appropriate(session_, code);
  }

  static ssize_t push(gnutls_transport_ptr_t self, const void* bytes, std::size_t size) {
    const ByteView view(static_cast<const std::uint8_t*>(bytes), size);
    Bytes& out = static_cast<GnutlsEnd*>(self)->out_;
    out.insert(out.end(), view.begin(), view.end());
    return static_cast<ssize_t>(size);
  }
  static ssize_t pull(gnutls_transport_ptr_t self, void* bytes, std::size_t size) {
    GnutlsEnd& end = *static_cast<GnutlsEnd*>(self);
    if (end.in_.empty()) {
      gnutls_transport_set_errno(end.session_, EAGAIN);
      return -1;
    }
    const std::size_t taken = std::min(size, end.in_.size());
    std::memcpy(bytes, end.in_.data(), taken);
    end.in_.erase(end.in_.begin(), end.in_.begin() + static_cast<std::ptrdiff_t>(taken));
    return static_cast<ssize_t>(taken);
  }

  gnutls_certificate_credentials_t credentials_ = nullptr;
  gnutls_session_t session_ = nullptr;
  std::list<gnutls_typed_vdata_st> purposes_;  // Kept for as long as the session looks at them.
  Bytes in_;
  Bytes out_;
  bool done_ = false;
  int alert_ = -1;
};

std::function<Bytes(ByteView)> make(const ServerProfile& profile) {
  return [server = std::make_shared<GnutlsEnd>(profile, priority(profile), GNUTLS_SERVER)](ByteView sent) {
    return sent.empty() ? Bytes() : server->answer(sent);
  };
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
  // Its own ways were gone (the first loaded key whatever the client prefers, a retry with the client's first group,
  // one for the server's first although a share could be used, P-256 where the client names no group), and all others.
  EXPECT_THAT(rarely_reached(points, 10,
                             {"first_usable_share",
                              "group_assumed",
                              "group_by_client",
                              "group_by_server",
                              "groups_extension_missing",
                              "later_usable_share",
                              "retry_although_a_share_was_usable",
                              "retry_by_client_order",
                              "retry_by_server_order",
                              "scheme_by_client",
                              "schemes_extension_missing",
                              "suite_by_client",
                              "suite_by_server",
                              "suite_none",
                              "suite_skipped_group",
                              "suite_skipped_key",
                              "tls13_group_none",
                              "tls13_key_by_load_order",
                              "tls13_scheme_none",
                              "tls13_suite_by_client",
                              "tls13_suite_by_server",
                              "version_from_extension",
                              "version_from_legacy_field",
                              "version_none"}),
              IsEmpty());
}

void trust_all_of(unsigned content, GnutlsEnd& end) {
  if ((content & kRoot) != 0) end.trust(root());
  if ((content & kSha1Root) != 0) end.trust(sha1_root());
  if ((content & kEcRoot) != 0) end.trust(ec_root());
  for (const Identity& identity : identities()) {
    const unsigned bit = identity.flaw == Flaw::self_signed ? kSelfSigned : kLeaves;
    const bool usual = identity.chain.key == KeyKind::rsa || identity.chain.key == KeyKind::ecdsa;
    if (usual && (content & bit) != 0) end.trust(identity.leaf);
  }
}

// A whole pair; what both ends come to, as "works" or "client sends 42".
std::string perform(const ClientProfile& client_profile, const ServerProfile& server_profile, unsigned store) {
  ServerProfile as_server = server_profile;
  as_server.versions = client_profile.versions;
  GnutlsEnd server(server_profile, priority(server_profile), GNUTLS_SERVER);
  GnutlsEnd client(client_profile, priority(as_server), GNUTLS_CLIENT);
  trust_all_of(store, client);
  client.verify_peer();
  if (server_profile.client_auth == ClientAuth::require) server.require_certificate();
  Bytes to_client;
  for (int round = 0; round < 5; ++round) {
    const Bytes to_server = client.answer(to_client);
    if (client.alert() >= 0) return "client sends " + std::to_string(client.alert());
    to_client = server.answer(to_server);
    if (server.alert() >= 0) return "server sends " + std::to_string(server.alert());
  }
  return client.done() && server.done() ? "works" : "hangs";
}

std::string text(const Outcome& outcome) {
  if (outcome.works()) return "works";
  return std::string(outcome.refusal->by == Side::client ? "client" : "server") + " sends " +
         std::to_string(outcome.refusal->alert.value);
}

Profile gnutls_profile(Version version) {
  Profile profile;
  profile.stack = Stack::gnutls;
  profile.versions = {version};
  profile.suites = {{0xc02c}, {0xc02b}, {0xc009}, {0xc030}, {0xc02f}, {0xc013}, {0x009c}, {0x002f}};
  profile.suites_tls13 = {{0x1301}};
  profile.groups = {{0x1d}, {0x17}, {0x18}, {0x19}};
  profile.schemes = {{0x0403}, {0x0503}, {0x0603}, {0x0804}, {0x0805}, {0x0806}, {0x0401}, {0x0501}, {0x0601}};
  return profile;
}

TEST(NegotiationGnutls, ForecastsWhatAClientMakesOfEveryChain) {
  // GnuTLS is told the moment as a function.
  gnutls_global_set_time_function([](time_t* out) {
    if (out != nullptr) *out = kVerificationTime;
    return static_cast<time_t>(kVerificationTime);
  });
  std::map<std::string, int> ends;
  for (const Identity& identity : identities()) {
    if (identity.chain.key != KeyKind::rsa && identity.chain.key != KeyKind::ecdsa) continue;
    for (const Version version : {tls::kTls12, tls::kTls13}) {
      for (const unsigned store :
           {unsigned{kRoot}, kRoot | kSha1Root | kEcRoot | kSelfSigned, unsigned{kLeaves}, unsigned{kEcRoot}}) {
        ClientProfile client{gnutls_profile(version)};
        ServerProfile server{gnutls_profile(version)};
        client.trust = trust_of(store);
        server.keys = {identity.chain};
        const std::string observed = perform(client, server, store);
        EXPECT_EQ(text(negotiate(client, server)), observed)
            << identity.key << " flaw " << static_cast<int>(identity.flaw) << " store " << store << " "
            << tls::name(version);
        ++ends[observed];
      }
    }
  }
  EXPECT_GE(ends["works"], 50);
  EXPECT_GE(ends["client sends 42"], 50);
}

TEST(NegotiationGnutls, ForecastsHowAServerMissesACertificate) {
  for (const Version version : {tls::kTls12, tls::kTls13}) {
    ClientProfile client{gnutls_profile(version)};
    ServerProfile server{gnutls_profile(version)};
    client.trust = trust_of(kRoot);
    server.keys = {identities()[1 * kFlaws].chain};
    server.client_auth = ClientAuth::require;
    EXPECT_EQ(text(negotiate(client, server)), perform(client, server, kRoot)) << tls::name(version);
  }
}

}  // namespace
}  // namespace ucready::negotiation
