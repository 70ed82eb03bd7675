// The client's certificate: asked for, chosen, judged. In TLSv1.3 the client has finished before the server judges.
#include <algorithm>

#include "upgrade/negotiation/rules.h"

namespace ucready::negotiation {
namespace {

class Proof {
 public:
  Proof(const Answer& answer, const HelloFacts& hello, const ClientProfile& client, const ServerProfile& server,
        Trace& trace)
      : answer_(answer),
        hello_(hello),
        client_(client),
        server_(server),
        trace_(trace),
        client_rules_(traits(client.stack).rules),
        server_rules_(traits(server.stack).rules) {}

  ClientProof run() {
    ClientProof proof;
    if (!asked()) {
      trace_.note(BranchPoint::certificate_not_requested);
      return proof;
    }
    proof.requested = true;
    if (is_anonymous(tls::facts(answer_.suite))) {
      // RFC 5246 section 7.4.4: an anonymous server may not ask.
      trace_.note(BranchPoint::certificate_requested_although_anonymous);
      proof.refusal =
          Refusal{Phase::server_flight, Side::client, alert::kUnexpectedMessage, Reason::client_certificate_missing};
      return proof;
    }
    const KeyRing keys(client_, trace_);
    const Chain* const chosen = choose(keys);
    if (chosen == nullptr) {
      proof.refusal = judge_absence();
      return proof;
    }
    proof.chain = *chosen;
    proof.refusal = judge(*chosen);
    return proof;
  }

 private:
  bool asked() const {
    if (server_.client_auth == ClientAuth::none) return false;
    const bool anonymous = is_anonymous(tls::facts(answer_.suite));
    return !anonymous || (server_rules_ == Rules::openssl && server_.client_auth == ClientAuth::require);
  }

  // The request's schemes that the client can use, in the server's order.
  std::vector<const SchemeFacts*> schemes() const {
    std::vector<SignatureScheme> asked;
    const SecurityLevel level = level_of(server_);
    for (const SignatureScheme scheme : server_.schemes) {
      const SchemeFacts* const facts = find_scheme(scheme);
      if (facts != nullptr && level.allows(*facts)) asked.push_back(scheme);
    }
    return shared_schemes(asked, client_.schemes, level_of(client_));
  }

  bool fits_scheme(const SchemeFacts& scheme, const Chain& key) const {
    if (scheme.key != key.key || !long_enough(scheme, key)) return false;
    if (answer_.version < tls::kTls13) return true;
    return signs_tls13(scheme) && (scheme.curve == Group{} || scheme.curve == key.curve);
  }

  bool can_sign(const Chain& key) const {
    if (answer_.version < tls::kTls12) return can_sign_implied(key);
    return std::ranges::any_of(schemes(), [&](const SchemeFacts* scheme) { return fits_scheme(*scheme, key); });
  }

  // Below TLSv1.2 no scheme is named: RSA signs MD5 with SHA-1, ECDSA SHA-1.
  bool can_sign_implied(const Chain& key) const {
    const SecurityLevel level = level_of(client_);
    if (key.key == KeyKind::rsa) return level.allows_md5_sha1();
    return key.key == KeyKind::ecdsa && level.allows(*find_scheme(SignatureScheme{0x0203}));
  }

  const Chain* choose(const KeyRing& keys) {
    if (keys.last() == nullptr) {
      trace_.note(BranchPoint::client_has_no_key);
      return nullptr;
    }
    if (client_rules_ != Rules::openssl) return choose_by_authority(keys);
    if (answer_.version == tls::kTls13) return choose_by_scheme(keys);
    const bool fits = can_sign(*keys.last());
    trace_.note(fits ? BranchPoint::client_last_key_fits : BranchPoint::client_last_key_does_not_fit);
    return fits ? keys.last() : nullptr;
  }

  const Chain* choose_by_scheme(const KeyRing& keys) {
    for (const SchemeFacts* const scheme : schemes()) {
      const Chain* const key = keys.find(scheme->key);
      if (key == nullptr || !fits_scheme(*scheme, *key)) continue;
      trace_.note(BranchPoint::client_key_by_scheme);
      return key;
    }
    trace_.note(BranchPoint::client_key_none_by_scheme);
    return nullptr;
  }

  bool named(const Chain& key) const {
    return server_.authorities.empty() || std::ranges::any_of(key.authorities, [&](const std::string& name) {
             return contains(server_.authorities, name);
           });
  }

  // JSSE and GnuTLS send nothing when no chain ends in a CA that was named.
  const Chain* choose_by_authority(const KeyRing& keys) {
    std::vector<const Chain*> fitting;
    for (const Chain* const key : keys.all()) {
      if (can_sign(*key) && named(*key)) fitting.push_back(key);
    }
    if (fitting.empty()) {
      const bool by_name = std::ranges::any_of(keys.all(), [&](const Chain* key) { return can_sign(*key); });
      trace_.note(by_name ? BranchPoint::client_key_none_by_authority : BranchPoint::client_key_none_by_scheme);
      return nullptr;
    }
    if (client_rules_ == Rules::jsse) {
      for (const SchemeFacts* const scheme : schemes()) {
        const auto at = std::ranges::find(fitting, scheme->key, &Chain::key);
        if (at == fitting.end()) continue;
        trace_.note(BranchPoint::client_key_by_type);
        return *at;
      }
    }
    trace_.note(BranchPoint::client_key_by_authority);
    return fitting.front();
  }

  std::optional<Refusal> judge_absence() {
    if (server_.client_auth == ClientAuth::request) {
      trace_.note(BranchPoint::client_certificate_optional);
      return std::nullopt;
    }
    trace_.note(BranchPoint::client_certificate_required);
    return refused(absence_alert(), Reason::client_certificate_missing);
  }

  tls::Alert absence_alert() const {
    if (server_rules_ == Rules::jsse) return alert::kBadCertificate;
    if (answer_.version == tls::kTls13) return alert::kCertificateRequired;
    return server_rules_ == Rules::gnutls ? alert::kDecodeError : alert::kHandshakeFailure;
  }

  std::optional<Refusal> judge(const Chain& chain) {
    if (const auto fault = judge_chain(chain, server_, {Side::client, answer_.version, true}, trace_))
      return refused(fault->alert, fault->reason);
    // RFC 8422 lets a curve's use be limited; OpenSSL asks its own list and the client's, in TLSv1.2 only.
    const bool limited = server_rules_ == Rules::openssl && answer_.version == tls::kTls12;
    if (limited && chain.key == KeyKind::ecdsa && !curve_taken(chain.curve)) {
      trace_.note(BranchPoint::client_curve_refused);
      return refused(alert::kIllegalParameter, Reason::wrong_curve);
    }
    return std::nullopt;
  }

  bool curve_taken(Group curve) const {
    return contains(server_.groups, curve) && (hello_.groups.empty() || contains(hello_.groups, curve));
  }

  static Refusal refused(tls::Alert alert, Reason reason) {
    return {Phase::client_certificate, Side::server, alert, reason};
  }

  const Answer& answer_;
  const HelloFacts& hello_;
  const ClientProfile& client_;
  const ServerProfile& server_;
  Trace& trace_;
  const Rules client_rules_;
  const Rules server_rules_;
};

}  // namespace

ClientProof prove(const Answer& answer, const HelloFacts& hello, const ClientProfile& client,
                  const ServerProfile& server, Trace& trace) {
  return Proof(answer, hello, client, server, trace).run();
}

}  // namespace ucready::negotiation
