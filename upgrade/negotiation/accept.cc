// Stage 3: what a client makes of the server's answer, in the order in which it reads it.
#include <algorithm>

#include "upgrade/negotiation/rules.h"

namespace ucready::negotiation {
namespace {

using Verdict = std::optional<Refusal>;

Refusal give_up(tls::Alert alert, Reason reason) { return {Phase::server_flight, Side::client, alert, reason}; }

class Acceptance {
 public:
  Acceptance(const Answer& answer, const HelloFacts& hello, const ClientProfile& client, Trace& trace)
      : answer_(answer),
        hello_(hello),
        client_(client),
        trace_(trace),
        suite_(tls::facts(answer.suite)),
        rules_(traits(client.stack).rules) {}

  Verdict run() {
    using Check = Verdict (Acceptance::*)();
    constexpr Check kChecks[] = {&Acceptance::version,     &Acceptance::offered,   &Acceptance::renegotiation,
                                 &Acceptance::certificate, &Acceptance::key_share, &Acceptance::signature,
                                 &Acceptance::key_usage};
    for (const Check check : kChecks) {
      if (const Verdict verdict = (this->*check)()) return verdict;
      // An answer that ends in an alert is read as far as it goes.
      if (answer_.breaks_off && check == &Acceptance::certificate) return answer_.breaks_off;
    }
    return std::nullopt;
  }

 private:
  Verdict version() {
    if (!contains(client_.versions, answer_.version)) {
      trace_.note(BranchPoint::client_refuses_version);
      return give_up(alert::kProtocolVersion, Reason::no_common_version);
    }
    if (answer_.downgrade_mark && std::ranges::max(client_.versions) > answer_.version) {
      trace_.note(BranchPoint::client_sees_downgrade);
      return give_up(alert::kIllegalParameter, Reason::no_common_version);
    }
    return std::nullopt;
  }

  Verdict offered() {
    if (!contains(hello_.suites, answer_.suite)) {
      trace_.note(BranchPoint::client_refuses_unoffered);
      return give_up(alert::kIllegalParameter, Reason::no_common_cipher);
    }
    // In TLSv1.3 the group stands in the ServerHello, before in the ServerKeyExchange.
    if (answer_.version == tls::kTls13 && group_is_foreign()) return refuse_group();
    return std::nullopt;
  }

  // OpenSSL compares with the list it was given, of which its hello may have had nothing to send.
  bool group_is_foreign() const {
    if (!answer_.group) return false;
    if (hello_.groups.empty()) return rules_ == Rules::openssl && !client_.groups.empty();
    return !contains(hello_.groups, *answer_.group);
  }

  Verdict refuse_group() {
    trace_.note(BranchPoint::client_refuses_unoffered);
    return give_up(alert::kIllegalParameter, Reason::no_common_group);
  }

  Verdict renegotiation() {
    const bool asked = answer_.version <= tls::kTls12 && traits(client_.stack).needs_renegotiation_info;
    if (!asked || answer_.renegotiation_info) return std::nullopt;
    trace_.note(BranchPoint::client_refuses_legacy_renegotiation);
    return give_up(alert::kHandshakeFailure, Reason::no_secure_renegotiation);
  }

  Verdict certificate() {
    if (!answer_.chain) return std::nullopt;
    const bool signs = suite_.key_exchange != tls::KeyExchange::rsa;
    if (const auto fault = judge_chain(*answer_.chain, client_, {Side::server, answer_.version, signs}, trace_)) {
      return give_up(fault->alert, fault->reason);
    }
    return std::nullopt;
  }

  Verdict key_share() {
    if (answer_.version < tls::kTls13 && group_is_foreign()) return refuse_group();
    if (answer_.dh_bits && !dh_is_long_enough(*answer_.dh_bits)) {
      trace_.note(BranchPoint::client_refuses_dh);
      return give_up(alert::kHandshakeFailure, Reason::weak_key);
    }
    return std::nullopt;
  }

  bool dh_is_long_enough(int bits) const {
    constexpr int kJsseLeast = 1024, kGnutlsLeast = 1008;
    if (rules_ == Rules::openssl) return level_of(client_).allows_dh(bits);
    return bits >= (rules_ == Rules::jsse ? kJsseLeast : kGnutlsLeast);
  }

  Verdict signature() {
    if (!answer_.chain) return std::nullopt;
    if (answer_.version < tls::kTls12) return implied_signature();
    if (answer_.version == tls::kTls12 && rules_ == Rules::openssl && curve_is_foreign()) {
      trace_.note(BranchPoint::client_refuses_curve);
      return give_up(alert::kIllegalParameter, Reason::wrong_curve);
    }
    if (!answer_.scheme) return std::nullopt;
    const SchemeFacts* const scheme = find_scheme(*answer_.scheme);
    // SHA-1 may be answered without having been offered: it is what a TLSv1.2 hello without the extension means.
    const bool sha1 = scheme != nullptr && scheme->hash == Hash::sha1 && answer_.version == tls::kTls12;
    const bool listed = contains(hello_.schemes, *answer_.scheme) || (sha1 && rules_ == Rules::openssl);
    if (listed && scheme != nullptr && level_of(client_).allows(*scheme)) return std::nullopt;
    trace_.note(BranchPoint::client_refuses_scheme);
    return give_up(listed || rules_ == Rules::openssl ? alert::kHandshakeFailure : alert::kIllegalParameter,
                   Reason::no_common_signature_scheme);
  }

  bool curve_is_foreign() const {
    const bool signs = suite_.key_exchange != tls::KeyExchange::rsa;
    return signs && answer_.chain->key == KeyKind::ecdsa && !contains(client_.groups, answer_.chain->curve);
  }

  // With RSA key transport nothing is signed, and nothing of this is noticed.
  Verdict implied_signature() {
    if (rules_ != Rules::openssl || suite_.key_exchange == tls::KeyExchange::rsa) return std::nullopt;
    const SecurityLevel level = level_of(client_);
    const bool allowed = suite_.authentication == tls::Authentication::rsa
                             ? level.allows_md5_sha1()
                             : level.allows(*find_scheme(SignatureScheme{0x0203}));
    if (allowed) return std::nullopt;
    trace_.note(BranchPoint::client_refuses_md5_sha1);
    return give_up(alert::kInternalError, Reason::no_common_version);
  }

  // Of an RSA leaf OpenSSL does not ask for digitalSignature, of one that serves an ECDSA suite it does, last of all.
  Verdict key_usage() {
    if (rules_ != Rules::openssl || suite_.authentication != tls::Authentication::ecdsa) return std::nullopt;
    if (!answer_.chain || answer_.chain->digital_signature) return std::nullopt;
    trace_.note(BranchPoint::client_refuses_key_usage);
    return give_up(alert::kHandshakeFailure, Reason::server_eku_missing);
  }

  const Answer& answer_;
  const HelloFacts& hello_;
  const ClientProfile& client_;
  Trace& trace_;
  const tls::SuiteFacts suite_;
  const Rules rules_;
};

}  // namespace

std::optional<Refusal> accept(const Answer& answer, const HelloFacts& hello, const ClientProfile& client,
                              Trace& trace) {
  return Acceptance(answer, hello, client, trace).run();
}

}  // namespace ucready::negotiation
