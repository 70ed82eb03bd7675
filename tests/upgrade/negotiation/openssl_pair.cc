#include "tests/upgrade/negotiation/openssl_pair.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <stdexcept>

#include "rehearsal/openssl_names.h"
#include "tests/upgrade/negotiation/forged_hello.h"
#include "tests/upgrade/negotiation/universe.h"
#include "tls/record.h"

namespace ucready::negotiation {
namespace {

X509* certificate(const support::MadeCertificate& made) {
  static std::map<Bytes, X509*>& parsed = *new std::map<Bytes, X509*>;
  X509*& slot = parsed[made.der];
  if (slot == nullptr) {
    const unsigned char* bytes = made.der.data();
    slot = d2i_X509(nullptr, &bytes, static_cast<long>(made.der.size()));
  }
  return slot;
}

X509_STORE* make_store(unsigned content) {
  X509_STORE* const store = X509_STORE_new();
  if ((content & kRoot) != 0) X509_STORE_add_cert(store, certificate(root()));
  if ((content & kSha1Root) != 0) X509_STORE_add_cert(store, certificate(sha1_root()));
  if ((content & kEcRoot) != 0) X509_STORE_add_cert(store, certificate(ec_root()));
  for (const Identity& identity : identities()) {
    const unsigned bit = identity.flaw == Flaw::self_signed ? kSelfSigned : kLeaves;
    if ((content & bit) != 0) X509_STORE_add_cert(store, certificate(identity.leaf));
  }
  return store;
}

class UniverseCertificates : public rehearsal::Certificates {
 public:
  rehearsal::Shown shown(const Chain& chain) override {
    const Identity& identity = identity_of(chain.id);
    rehearsal::Shown made{certificate(identity.leaf), identity.leaf.key.get(), {}};
    for (const auto& issuer : identity.sent) made.issuers.push_back(certificate(issuer));
    return made;
  }
  X509_STORE* store(Side, const Trust& trust) override {
    static std::map<unsigned, X509_STORE*>& stores = *new std::map<unsigned, X509_STORE*>;
    const unsigned content = content_of(trust);
    X509_STORE*& slot = stores[content];
    if (slot == nullptr) slot = make_store(content);
    return slot;
  }
  std::string id_of(ByteView leaf) override { return identity_of(leaf).chain.id; }
  [[nodiscard]] std::time_t verified_at(Side) const override { return kVerificationTime; }
};

// The record of a hello, replaced by what somebody makes of it.
Bytes forged_record(ByteView sent, const Forgery& forge, std::optional<HelloFacts>& forged_facts) {
  ByteReader reader(sent);
  reader.bytes(tls::kRecordHeaderBytes + 4);  // Of the record and of the handshake message.
  const auto hello = tls::read_client_hello(reader.rest());
  if (!hello) throw std::runtime_error("openssl_pair: ClientHello");
  const ForgedHello forged = forge(facts_of(*hello));
  forged_facts = forged.facts;
  return write_forged(forged, *hello, sent);
}

}  // namespace

Observed perform(const Pair& pair, const Forgery& forge) {
  UniverseCertificates certificates;
  std::optional<HelloFacts> forged;
  rehearsal::Meddler meddler;
  if (forge) meddler = [&](ByteView sent) { return forged_record(sent, forge, forged); };
  const auto seen = rehearsal::perform({pair.client, pair.server}, certificates, meddler);
  if (!seen) throw std::runtime_error("openssl_pair: " + seen.error().message);
  return {*seen, forged};
}

namespace {

std::string end_of_command(const Profile& profile) {
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
      version(profile.versions.back()), version(profile.versions.front()), rehearsal::openssl_list(profile.suites),
      profile.security_level, rehearsal::openssl_list(profile.suites_tls13), rehearsal::openssl_list(profile.groups),
      rehearsal::openssl_list(profile.schemes), keys);
}

}  // namespace

std::string as_commands(const Pair& pair) {
  const ServerProfile& server = pair.server;
  return fmt::format("openssl s_server -accept 4433{}{}{}{}openssl s_client -connect 127.0.0.1:4433{}",
                     server.server_preference ? " -serverpref" : "",
                     server.prioritize_chacha ? " -prioritize_chacha" : "",
                     server.client_auth == ClientAuth::require   ? " -Verify 9"
                     : server.client_auth == ClientAuth::request ? " -verify 9"
                                                                 : "",
                     end_of_command(pair.server), end_of_command(pair.client));
}

}  // namespace ucready::negotiation
