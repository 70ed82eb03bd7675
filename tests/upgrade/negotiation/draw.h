// Draws pairs of profiles: mostly one that works with a field or two broken, sometimes anything.
#pragma once

#include <cstdint>
#include <random>

#include "upgrade/negotiation/negotiate.h"

namespace ucready::negotiation {

struct Pair {
  ClientProfile client;
  ServerProfile server;
};

class Drawer {
 public:
  explicit Drawer(std::uint64_t seed) : random_(seed) {}
  Pair draw();
  // The hello as somebody between the two might leave it: one to three changes.
  HelloFacts forge(HelloFacts hello);

 private:
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(random_() % bound); }
  bool one_in(std::size_t n) { return below(n) == 0; }
  template <typename T>
  void shuffle(std::vector<T>& list);
  template <typename T>
  std::vector<T> some(const std::vector<T>& all, std::size_t keep_of_8);
  Pair good_pair();
  Pair any_pair();
  std::vector<Version> range(bool high);
  void draw_keys(Profile& profile, std::size_t most, bool flawed);
  void mutate(Pair& pair);
  void alter(HelloFacts& hello);

  std::mt19937_64 random_;
};

}  // namespace ucready::negotiation
