#include "tests/upgrade/negotiation/probed_selection.h"

#include <fmt/format.h>

#include <algorithm>

#include "tests/upgrade/negotiation/comparison.h"
#include "tests/upgrade/negotiation/universe.h"
#include "tls/client_hello.h"
#include "tls/handshake.h"
#include "tls/record.h"

namespace ucready::negotiation {
namespace {

class CaseDrawer {
 public:
  CaseDrawer(std::uint64_t seed, Stack stack) : random_(seed), stack_(stack) {}

  ProbedCase draw() {
    ProbedCase drawn;
    drawn.server = draw_server();
    tls::HelloOffer& offer = drawn.offer;
    offer.versions = one_in(2) ? std::vector<Version>{tls::kTls13, tls::kTls12} : std::vector<Version>{tls::kTls12};
    if (one_in(6)) offer.versions = {tls::kTls13};
    offer.suites =
        some<CipherSuite>({{0xc02b}, {0xc02c}, {0xc02f}, {0xc030}, {0xc009}, {0xc013}, {0x009c}, {0x002f}}, 5);
    const std::vector<CipherSuite> tls13 = some<CipherSuite>({{0x1301}, {0x1302}, {0x1303}}, 5);
    if (offer.versions.front() == tls::kTls13) offer.suites.insert(offer.suites.begin(), tls13.begin(), tls13.end());
    // Of these the probe can answer a retry.
    offer.groups = some<Group>({{0x1d}, {0x17}, {0x18}}, one_in(3) ? 2 : 6);
    if (one_in(10)) offer.groups.clear();
    for (const Group group : offer.groups) {
      if (one_in(2) && offer.key_shares.size() < 2) offer.key_shares.push_back(group);
    }
    offer.schemes = some(schemes(), one_in(3) ? 1 : 5);
    if (one_in(10)) offer.schemes.clear();
    if (stack_ == Stack::haproxy && !one_in(4)) offer.server_name = kHostName;
    return drawn;
  }

 private:
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(random_() % bound); }
  bool one_in(std::size_t n) { return below(n) == 0; }
  template <typename T>
  std::vector<T> some(const std::vector<T>& all, std::size_t keep_of_8) {
    std::vector<T> kept;
    for (const T& item : all) {
      if (below(8) < keep_of_8) kept.push_back(item);
    }
    if (kept.empty()) kept.push_back(all[below(all.size())]);
    for (std::size_t i = kept.size(); i > 1; --i) std::swap(kept[i - 1], kept[below(i)]);
    return kept;
  }
  static std::vector<SignatureScheme> schemes() {
    return {{0x0403}, {0x0503}, {0x0603}, {0x0804}, {0x0805}, {0x0806}, {0x0401}, {0x0501}, {0x0601}};
  }

  ServerProfile draw_server() {
    ServerProfile server;
    server.stack = stack_;
    server.versions = {tls::kTls13, tls::kTls12};
    if (one_in(3)) server.versions = {tls::kTls12};
    if (one_in(10)) server.versions = {tls::kTls13};
    server.suites = {{0xc02c}, {0xc02b}, {0xc030}, {0xc02f}, {0xc009}, {0xc013}, {0x009c}, {0x002f}};
    // GnuTLS makes its order of the key exchanges first, then of the ciphers.
    if (stack_ == Stack::gnutls) {
      server.suites = {{0xc02c}, {0xc02b}, {0xc009}, {0xc030}, {0xc02f}, {0xc013}, {0x009c}, {0x002f}};
    }
    server.suites_tls13 = {{0x1302}, {0x1301}, {0x1303}};
    server.groups = some<Group>({{0x1d}, {0x17}, {0x18}, {0x19}}, one_in(3) ? 2 : 7);
    server.schemes = schemes();
    server.server_preference = stack_ == Stack::java_17 ? !one_in(3) : one_in(3);
    if (stack_ == Stack::haproxy) {
      server.security_level = 0;
      server.prioritize_chacha = true;
      server.schemes.insert(server.schemes.end(), {{0x0203}, {0x0201}});
    }
    const auto key = [](std::size_t row) { return identities()[row * kFlaws].chain; };
    server.keys = {key(1), key(3 + below(2))};
    if (one_in(2)) std::swap(server.keys[0], server.keys[1]);
    if (one_in(3)) server.keys.pop_back();
    return server;
  }

  std::mt19937_64 random_;
  Stack stack_;
};

HelloFacts facts_in(ByteView record) {
  ByteReader reader(record);
  reader.bytes(tls::kRecordHeaderBytes + 4);
  return facts_of(tls::read_client_hello(reader.rest()).value());
}

std::string text(const Refusal& refusal, bool after_hello) {
  return fmt::format("alert {}{}", refusal.alert.value, after_hello ? " after ServerHello" : "");
}

std::string agreement_text(Version version, CipherSuite suite, std::optional<Group> group,
                           std::optional<SignatureScheme> scheme, const std::string& leaf, bool retry) {
  return fmt::format("{} {} {} {} {}{}", tls::name(version), tls::name(suite), group ? tls::name(*group) : "-",
                     scheme ? tls::name(*scheme) : "-", leaf.empty() ? "-" : identity_of(leaf).key,
                     retry ? " with a retry" : "");
}

// The ServerHello that came before an alert.
std::string suite_text(const tls::ServerAnswer& answer) {
  return answer.hello ? " " + tls::name(answer.version) + " " + tls::name(answer.suite) : "";
}

std::string observed_text(const tls::ServerAnswer& answer) {
  if (answer.alert) return text(Refusal{.alert = *answer.alert}, answer.hello) + suite_text(answer);
  if (!answer.hello) return fmt::format("end {} {}", static_cast<int>(answer.end), answer.defect);
  const std::string leaf = answer.certificates.empty() ? "" : identity_of(answer.certificates.front()).chain.id;
  return agreement_text(answer.version, answer.suite, answer.group, answer.scheme, leaf, answer.hello_retry);
}

std::string forecast_text(const tl::expected<Answer, Refusal>& answer) {
  if (!answer) return text(answer.error(), false);
  if (answer->breaks_off) {
    return text(*answer->breaks_off, true) + " " + tls::name(answer->version) + " " + tls::name(answer->suite);
  }
  return agreement_text(answer->version, answer->suite, answer->group, answer->scheme,
                        answer->chain ? answer->chain->id : "", answer->hello_retry);
}

}  // namespace

ProbedCase draw_case(std::uint64_t seed, Stack stack) { return CaseDrawer(seed, stack).draw(); }

std::vector<std::string> rarely_reached(const std::map<std::string_view, std::size_t>& points, std::size_t least,
                                        std::initializer_list<std::string_view> wanted) {
  std::vector<std::string> rare;
  for (const std::string_view point : wanted) {
    const auto at = points.find(point);
    if (at == points.end() || at->second < least) rare.emplace_back(point);
  }
  return rare;
}

std::string compare(const ProbedCase& drawn, const ServerMaker& make, std::map<std::string_view, std::size_t>& points) {
  static tls::KeyShares& keys = *new tls::KeyShares;
  tls::HelloProbe probe(drawn.offer, keys);
  const auto server = make(drawn.server);
  std::optional<HelloFacts> facts;
  while (!probe.done() && probe.wants_to_send()) {
    const Bytes sent = probe.take_output();
    if (!facts) facts = facts_in(sent);
    probe.receive(server(sent));
    while (!probe.done() && !probe.wants_to_send()) {
      const Bytes more = server({});
      if (more.empty()) break;
      probe.receive(more);
    }
  }
  if (!probe.done()) probe.peer_closed();

  Trace trace;
  const auto answer = select(*facts, drawn.server, trace);
  for (const BranchPoint point : trace.points()) ++points[to_text(point)];
  std::string forecast = forecast_text(answer);
  // A version that was not offered is where the probe stops reading.
  if (answer && !contains(drawn.offer.versions, answer->version)) {
    forecast = agreement_text(answer->version, answer->suite, {}, {}, "", false);
  }
  const std::string observed = observed_text(probe.answer());
  if (forecast == observed) return {};
  // Java 17.0.15 finds out that no key fits after its ServerHello of TLS 1.3, 17.0.21 before it: with the same alert.
  if (drawn.server.stack == Stack::java_17 && forecast.starts_with(observed + " after ServerHello TLSv1.3")) return {};
  std::string keys_text;
  for (const Chain& chain : drawn.server.keys) keys_text += " " + identity_of(chain.id).key;
  std::string groups;
  for (const Group group : drawn.server.groups) groups += " " + tls::name(group);
  return fmt::format("forecast {}\nobserved {}\n{}server: versions {} preference {} keys{} groups{}\n", forecast,
                     observed, to_text(*facts),
                     drawn.server.versions.size() == 2 ? "both" : tls::name(drawn.server.versions[0]),
                     drawn.server.server_preference, keys_text, groups);
}

}  // namespace ucready::negotiation
