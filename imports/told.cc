#include "imports/told.h"

#include <algorithm>

namespace ucready::imports {
namespace {

constexpr std::size_t kMostNotes = 100;
constexpr std::size_t kLongestShown = 200;

}  // namespace

void Told::fact(std::string name, std::string value, int line, std::string node, std::string service) {
  if (value.empty() || facts.size() >= kMostTold) return;
  facts.push_back({std::move(node), std::move(service), 0, std::move(name), std::move(value), line});
}

void Told::own(std::string name, int line) {
  if (!owner.empty() || name.empty()) return;
  owner = std::move(name);
  owner_line = line;
}

void Told::hop(ToldHop hop) {
  if (hop.host.empty() || hop.port == 0 || hops.size() >= kMostTold) return;
  hops.push_back(std::move(hop));
}

void Told::not_understood(std::string_view text, int line) {
  ++unknown_lines;
  if (unknown.size() < kMostUnknownShown) unknown.push_back({line, std::string(text.substr(0, kLongestShown))});
}

void Told::may_be_cut(std::string_view text, int line) {
  not_understood(text, line);
  notes.push_back("line " + std::to_string(line) + ": has no end and was not read, for it may be cut off");
}

void Told::trouble(std::string note) {
  partial = true;
  if (notes.size() < kMostNotes) notes.push_back(std::move(note));
}

bool Told::says_nothing() const {
  return facts.empty() && stores.empty() && identities.empty() && hops.empty() && profiles.empty() && phones.empty() &&
         pools.empty() && members.empty() && srsts.empty() && users.empty() && sessions.empty() && lists.empty();
}

std::size_t Told::size() const {
  std::size_t entries = 0;
  for (const ToldList& list : lists) entries += list.entries.size();
  for (const ToldStore& store : stores) entries += store.entries.size();
  return facts.size() + identities.size() + hops.size() + profiles.size() + phones.size() + pools.size() +
         members.size() + srsts.size() + users.size() + sessions.size() + entries;
}

}  // namespace ucready::imports
