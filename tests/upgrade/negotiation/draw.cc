#include "tests/upgrade/negotiation/draw.h"

#include <algorithm>

#include "tests/upgrade/negotiation/universe.h"

namespace ucready::negotiation {
namespace {

const Trust& trust(unsigned content) {
  static const std::vector<Trust> all = [] {
    std::vector<Trust> made;
    for (unsigned c = 0; c < kStoreContents; ++c) made.push_back(trust_of(c));
    return made;
  }();
  return all.at(content);
}

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
    end->trust = trust(kRoot | kSha1Root | kEcRoot | kSelfSigned);
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
    end->trust = trust(static_cast<unsigned>(below(kStoreContents)));
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
  switch (below(16)) {
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
      end.trust = trust(static_cast<unsigned>(below(kStoreContents)));
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
    default:
      pair.server.suites = pair.client.suites;
      shuffle(pair.server.suites);
      break;
  }
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
