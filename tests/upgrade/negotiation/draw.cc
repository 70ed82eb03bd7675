#include "tests/upgrade/negotiation/draw.h"

#include <algorithm>

#include "tests/upgrade/negotiation/universe.h"

namespace ucready::negotiation {
namespace {

constexpr Version kRange[] = {tls::kTls13, tls::kTls12, tls::kTls11, tls::kTls10};

}  // namespace

template <typename T>
void Drawer::shuffle(std::vector<T>& list) {
  for (std::size_t i = list.size(); i > 1; --i) std::swap(list[i - 1], list[below(i)]);
}

// Each with a chance of keep_of_8 eighths, at least one, in any order.
template <typename T>
std::vector<T> Drawer::some(const std::vector<T>& all, std::size_t keep_of_8) {
  std::vector<T> kept;
  for (const T& item : all) {
    if (below(8) < keep_of_8) kept.push_back(item);
  }
  if (kept.empty()) kept.push_back(all[below(all.size())]);
  shuffle(kept);
  return kept;
}

std::vector<Version> Drawer::range(bool high) {
  const std::size_t first = high ? 0 : below(4);
  const std::size_t last = first + below(4 - first);
  return {std::begin(kRange) + first, std::begin(kRange) + last + 1};
}

void Drawer::draw_keys(Profile& profile, std::size_t most, bool flawed) {
  profile.keys.clear();
  const std::size_t count = below(most + 1);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t key = below(identities().size() / kFlaws);
    const std::size_t flaw = flawed && one_in(2) ? below(kFlaws) : one_in(4) ? 1 : 0;
    profile.keys.push_back(identities()[key * kFlaws + flaw].chain);
  }
}

Pair Drawer::good_pair() {
  Pair pair;
  const int level = static_cast<int>(below(8) < 3 ? 0 : below(8) < 6 ? 1 : 2);
  for (Profile* const end : {static_cast<Profile*>(&pair.client), static_cast<Profile*>(&pair.server)}) {
    end->security_level = level;
    end->versions = {kRange[0], kRange[1]};
    if (one_in(3)) end->versions = {kRange[1]};
    if (level == 0 && one_in(3)) end->versions = {kRange[1], kRange[2], kRange[3]};
    if (level == 0 && one_in(6)) end->versions = {kRange[2], kRange[3]};
    end->suites = some(universe_suites(), 5);
    end->suites_tls13 = some(universe_suites_tls13(), 6);
    end->groups = some(universe_groups(), 6);
    end->schemes = some(universe_schemes(), 6);
    end->trust = trust_of(kRoot | kSha1Root | kEcRoot | kSelfSigned);
  }
  pair.server.keys = {identities()[(1 + below(2)) * kFlaws].chain, identities()[(3 + below(4)) * kFlaws].chain};
  if (one_in(4)) pair.server.keys.pop_back();
  shuffle(pair.server.keys);
  pair.server.server_preference = one_in(2);
  pair.server.prioritize_chacha = one_in(2);
  pair.server.dh = static_cast<DhParameters>(below(3));
  pair.server.client_auth = static_cast<ClientAuth>(below(3));
  draw_keys(pair.client, 3, false);
  return pair;
}

Pair Drawer::any_pair() {
  Pair pair;
  for (Profile* const end : {static_cast<Profile*>(&pair.client), static_cast<Profile*>(&pair.server)}) {
    end->security_level = static_cast<int>(below(3));
    end->versions = range(one_in(2));
    end->suites = some(universe_suites(), 1 + below(6));
    end->suites_tls13 = some(universe_suites_tls13(), 1 + below(6));
    end->groups = some(universe_groups(), 1 + below(6));
    end->schemes = some(universe_schemes(), 1 + below(6));
    end->trust = trust_of(static_cast<unsigned>(below(kStoreContents)));
    end->trust.partial_chains = one_in(3);
    draw_keys(*end, 4, true);
  }
  pair.server.server_preference = one_in(2);
  pair.server.prioritize_chacha = one_in(2);
  pair.server.dh = static_cast<DhParameters>(below(3));
  pair.server.dh_bits = one_in(2) ? 1024 : 2048;
  pair.server.client_auth = static_cast<ClientAuth>(below(3));
  return pair;
}

void Drawer::mutate(Pair& pair) {
  Profile& end = one_in(2) ? static_cast<Profile&>(pair.client) : static_cast<Profile&>(pair.server);
  switch (below(28)) {
    case 0:
      end.versions = range(one_in(2));
      break;
    case 1:
      end.suites = some(universe_suites(), 1);
      break;
    case 2:
      end.suites_tls13 = some(universe_suites_tls13(), 1);
      break;
    case 3:
      end.groups = some(universe_groups(), 1);
      break;
    case 4:
      end.schemes = some(universe_schemes(), 1);
      break;
    case 5:
      end.schemes = some(universe_schemes(), 3);
      break;
    case 6:
      end.security_level = static_cast<int>(below(3));
      break;
    case 7:
      draw_keys(end, 3, true);
      break;
    case 8:
      end.trust = trust_of(static_cast<unsigned>(below(kStoreContents)));
      end.trust.partial_chains = one_in(2);
      break;
    case 9:
      pair.server.dh = DhParameters::fixed;
      pair.server.dh_bits = one_in(2) ? 1024 : 2048;
      pair.server.suites = {{0x0033}, {0x009e}, {0xccaa}};
      break;
    case 10:
      draw_keys(pair.client, 3, true);
      pair.server.client_auth = one_in(2) ? ClientAuth::request : ClientAuth::require;
      break;
    case 11:
      end.trust.verify = false;
      break;
    case 12:
      pair.server.keys = {identities()[below(identities().size())].chain};
      break;
    case 13:
      pair.client.trust.check_name = true;
      break;
    case 14:
      pair.server.keys = {identities()[6 * kFlaws].chain, identities()[2 * kFlaws].chain};
      break;
    case 15:
      // What one end may load and the other may not take.
      pair.server.security_level = 0;
      pair.client.security_level = 1 + static_cast<int>(below(2));
      draw_keys(pair.server, 3, true);
      break;
    case 16:
      pair.client.security_level = 0;
      pair.server.security_level = 1 + static_cast<int>(below(2));
      draw_keys(pair.client, 3, true);
      pair.server.client_auth = ClientAuth::require;
      break;
    case 17:
      pair.client.fallback = true;
      break;
    case 18:
      pair.client.versions = {tls::kTls13};
      pair.client.groups = {{0x1a}};
      break;
    case 19:
      pair.client.security_level = 2;
      pair.server.security_level = static_cast<int>(below(2));
      pair.server.versions = {tls::kTls12};
      pair.server.dh = DhParameters::fixed;
      pair.server.dh_bits = 1024;
      pair.server.suites = {{0x0033}, {0x009e}, {0xccaa}};
      break;
    case 20:
      pair.client.security_level = 1;
      pair.client.versions = {tls::kTls12, tls::kTls11, tls::kTls10};
      pair.server.security_level = 0;
      pair.server.versions = {tls::kTls11, tls::kTls10};
      pair.server.suites = {{0xc013}, {0xc009}, {0x0033}};
      break;
    case 21: {
      const std::size_t unsigned_flaw = static_cast<std::size_t>(Flaw::no_signature);
      pair.server.keys = {identities()[6 * kFlaws + unsigned_flaw].chain};
      pair.client.keys = {identities()[below(7) * kFlaws + unsigned_flaw].chain};
      pair.server.client_auth = ClientAuth::require;
      if (one_in(2)) pair.server.keys = {identities()[kFlaws].chain};
      if (one_in(2)) pair.server.versions = {tls::kTls12};
      break;
    }
    case 22:
      pair.client.security_level = 1;
      pair.client.schemes = {{0x0201}, {0x0203}};
      break;
    case 23:
      // A short RSA key, with the longest hash first.
      pair.server.keys = {identities()[0].chain};
      pair.server.schemes = {{0x0806}, {0x0805}, {0x0804}};
      pair.client.schemes = {{0x0806}, {0x0804}};
      pair.client.security_level = static_cast<int>(below(2));
      pair.server.security_level = static_cast<int>(below(2));
      break;
    case 24:
      pair.client.security_level = pair.server.security_level = 0;
      draw_keys(pair.server, 2, true);
      pair.server.keys.push_back(identities()[kFlaws + 3 + below(2)].chain);
      break;
    case 25:
    case 26:
      pair.client.groups = {{0x1d}};
      pair.server.keys = {identities()[(3 + below(3)) * kFlaws].chain};
      pair.server.versions = {tls::kTls12};
      if (!contains(pair.server.suites, CipherSuite{0xc02b})) pair.server.suites.push_back({0xc02b});
      break;
    default:
      pair.server.suites = pair.client.suites;
      shuffle(pair.server.suites);
      break;
  }
}

void Drawer::alter(HelloFacts& hello) {
  switch (below(25)) {
    case 0:
      hello.schemes.clear();
      break;
    case 1:
      hello.groups.clear();
      break;
    case 2:
      hello.key_shares.reset();
      break;
    case 3:
      hello.versions.clear();
      break;
    case 4:
      hello.versions = some(std::vector<Version>(std::begin(kRange), std::end(kRange)), 4);
      break;
    case 5:
      hello.legacy_version = Version{static_cast<std::uint16_t>(0x0300 + below(6))};
      break;
    case 6:
      hello.fallback = true;
      break;
    case 7:
      hello.null_compression_only = false;
      break;
    case 8:
      hello.schemes_cert = some(universe_schemes(), 2);
      break;
    case 9:
      hello.schemes = some(universe_schemes(), 3);
      break;
    case 10:
      hello.groups = some(universe_groups(), 4);
      break;
    case 11:
      hello.suites = some(universe_suites(), 3);
      if (one_in(2)) hello.suites.push_back(universe_suites_tls13()[below(5)]);
      break;
    case 12:
      hello.renegotiation_info = false;
      break;
    case 13:
    case 16:
    case 17:
      // More curves than the client has, up to TLSv1.2.
      hello.versions.clear();
      hello.groups = some(universe_groups(), 8);
      hello.suites = {{0xc02b}, {0xc009}};
      break;
    case 14:
      hello.legacy_version = tls::kSslv3;
      break;
    case 18:
    case 19:
      hello.versions.clear();
      hello.schemes.clear();
      break;
    case 20:
      hello.versions.clear();
      hello.schemes = universe_schemes();
      shuffle(hello.schemes);
      break;
    case 15:
      hello.groups = some(universe_groups(), 7);
      hello.key_shares = hello.groups;
      break;
    default:
      hello.key_shares = one_in(4) ? std::vector<Group>{} : some(universe_groups(), 3);
      break;
  }
}

HelloFacts Drawer::forge(HelloFacts hello) {
  const std::size_t changes = 1 + below(3);
  for (std::size_t i = 0; i < changes; ++i) alter(hello);
  // RFC 8446 section 4.2.8: no share of a group that is not listed.
  if (hello.key_shares && !hello.groups.empty()) {
    std::erase_if(*hello.key_shares, [&](Group group) { return !contains(hello.groups, group); });
  }
  return hello;
}

Pair Drawer::draw() {
  if (one_in(5)) return any_pair();
  Pair pair = good_pair();
  const std::size_t broken = below(4);
  for (std::size_t i = 0; i < broken; ++i) mutate(pair);
  // No certificate of this world holds the name that a checking client asks for.
  pair.client.trust.wrongly_named.clear();
  for (const Chain& chain : pair.server.keys) pair.client.trust.wrongly_named.push_back(chain.id);
  return pair;
}

}  // namespace ucready::negotiation
