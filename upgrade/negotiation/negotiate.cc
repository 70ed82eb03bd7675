#include "upgrade/negotiation/negotiate.h"

#include <algorithm>

#include "upgrade/negotiation/rules.h"

namespace ucready::negotiation {
namespace {

void record(const Answer& answer, Outcome& outcome) {
  outcome.version = answer.version;
  outcome.suite = answer.suite;
  outcome.group = answer.group;
  outcome.dh_bits = answer.dh_bits;
  outcome.scheme = answer.scheme;
  outcome.hello_retry = answer.hello_retry;
  if (answer.chain) outcome.server_leaf = answer.chain->id;
}

Outcome meet(const HelloFacts& hello, const ClientProfile& client, const ServerProfile& server, Trace& trace) {
  Outcome outcome;
  const auto answer = server.measured ? select_measured(hello, server, trace) : select(hello, server, trace);
  if (!answer) {
    outcome.refusal = answer.error();
    return outcome;
  }
  record(*answer, outcome);
  outcome.refusal = accept(*answer, server.measured ? with_what_was_chosen(hello, *answer) : hello, client, trace);
  if (outcome.refusal) return outcome;
  const ClientProof proof = prove(*answer, hello, client, server.measured ? as_measured(server) : server, trace);
  outcome.certificate_requested = proof.requested;
  if (proof.chain) outcome.client_leaf = proof.chain->id;
  outcome.refusal = proof.refusal;
  if (!outcome.refusal) trace.note(BranchPoint::works);
  return outcome;
}

Outcome attempt(const ClientProfile& client, const ServerProfile& server, Trace& trace) {
  const auto hello = offer(client, trace);
  if (hello) return meet(*hello, client, server, trace);
  Outcome outcome;
  outcome.refusal = hello.error();
  return outcome;
}

// Whether the pair would work without TLSv1.3: then it is TLSv1.3 that has no way back.
bool works_without_tls13(ClientProfile client, ServerProfile server) {
  if (std::erase(client.versions, tls::kTls13) == 0) return false;
  std::erase(server.versions, tls::kTls13);
  client.suites_tls13.clear();
  Trace unread;
  return attempt(client, server, unread).works();
}

// Its own level keeps it from loading any of its keys: it then refuses everyone.
std::optional<Reason> why_no_key(const ServerProfile& server) {
  Trace unread;
  if (server.keys.empty() || !KeyRing(server, unread).all().empty()) return std::nullopt;
  const Chain& first = server.keys.front();
  return level_of(server).allows_key(first.key, first.key_bits) ? Reason::sha1_certificate : Reason::weak_key;
}

bool has_tls13(const Profile& profile) { return contains(profile.versions, tls::kTls13); }

// What the stages cannot know: a limitation that emptied a list, or that another version would have done.
Reason widen(const Refusal& refusal, const ClientProfile& client, const ServerProfile& server) {
  const auto limit = [](const auto& own, const auto& other) { return own ? own : other; };
  if (refusal.reason == Reason::no_common_version) {
    return limit(server.limits_versions, client.limits_versions).value_or(refusal.reason);
  }
  const bool of_hello = refusal.reason == Reason::no_common_cipher || refusal.reason == Reason::no_common_group ||
                        refusal.reason == Reason::no_common_signature_scheme;
  if (of_hello && has_tls13(client) && has_tls13(server) && works_without_tls13(client, server)) {
    return Reason::no_fallback_from_tls13;
  }
  if (refusal.reason == Reason::no_common_cipher) {
    if (const auto no_key = why_no_key(server)) return *no_key;
    return limit(server.limits_suites, client.limits_suites).value_or(refusal.reason);
  }
  return refusal.reason;
}

Outcome finish(Outcome outcome, const Trace& trace, const ClientProfile& client, const ServerProfile& server) {
  if (outcome.refusal) outcome.refusal->reason = widen(*outcome.refusal, client, server);
  outcome.branches = trace.points();
  return outcome;
}

Outcome explained(Outcome outcome, const ClientProfile& client, const ServerProfile& server) {
  outcome.explanation = explain(outcome, client, server);
  return outcome;
}

}  // namespace

Outcome outcome_of(const ClientProfile& client, const ServerProfile& server) {
  Trace trace;
  return finish(attempt(client, server, trace), trace, client, server);
}

Outcome negotiate(const ClientProfile& client, const ServerProfile& server) {
  return explained(outcome_of(client, server), client, server);
}

Outcome negotiate(const HelloFacts& hello, const ClientProfile& client, const ServerProfile& server) {
  Trace trace;
  ClientProfile seen = profile_of(hello, client.stack);
  seen.security_level = client.security_level;
  seen.keys = client.keys;
  seen.trust = client.trust;
  seen.limits_versions = client.limits_versions;
  seen.limits_suites = client.limits_suites;
  return explained(finish(meet(hello, seen, server, trace), trace, seen, server), seen, server);
}

}  // namespace ucready::negotiation
