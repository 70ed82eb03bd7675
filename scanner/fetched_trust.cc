#include "scanner/fetched_trust.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/printable.h"
#include "db/trust_list_lookup.h"
#include "probes/trust_lists.h"
#include "report/missing_trust_lists.h"
#include "scanner/site_paths.h"
#include "scanner/site_trust.h"
#include "trust/store.h"

namespace ucready::scanner {
namespace {

// What a list pins, whatever file says it.
std::set<std::string> content_of(const trust::TrustStore& store) {
  std::set<std::string> content;
  for (const trust::Pin& pin : store.pins()) {
    const std::string digest = pin.certificate ? pin.certificate->sha256 : pin.hash ? pin.hash->value : pin.subject;
    content.insert(digest + " " + pin.roles);
  }
  return content;
}

bool keeps_lists(const std::string& cluster, const std::vector<Fact>& facts, const upgrade::Catalogue& catalogue) {
  const auto told = std::ranges::find_if(
      facts, [&](const Fact& fact) { return fact.cluster == cluster && fact.node.empty() && fact.name == "product"; });
  const upgrade::Product* const product = told == facts.end() ? nullptr : catalogue.find(told->value);
  return product != nullptr && std::ranges::count(stores_of(*product), kTrustListStore) > 0;
}

using StoresByNode = std::map<std::string, trust::TrustStore>;

Result<std::map<std::string, StoresByNode>> read_lists(const db::Database& database, const std::string& run_id,
                                                       FetchedTrust& fetched) {
  const auto lists = db::fetched_trust_lists(database, run_id);
  if (!lists) return tl::unexpected<Error>(lists.error());
  std::map<std::string, StoresByNode> stores;
  for (const db::FetchedTrustList& list : *lists) {
    ++fetched.lists;
    const auto file = trust::read_trust_bytes(list.bytes, list.source);
    if (!file) {
      fetched.notes.push_back(printable(file.error().message));
    } else if (!list.cluster.empty()) {
      stores[list.cluster][list.node].add(*file);
    }
  }
  return stores;
}

// Who was asked for lists and gave none.
Result<void> note_missing_lists(const db::Database& database, const std::string& run_id, FetchedTrust& fetched) {
  constexpr std::size_t kMost = 20;
  auto missing = report::missing_trust_lists(database, run_id);
  if (!missing) return tl::unexpected<Error>(missing.error());
  std::erase_if(*missing, [](const report::MissingTrustList& one) {
    return !probes::serves_trust_lists(one.protocol, one.product, one.port);
  });
  for (std::size_t i = 0; i < std::min(kMost, missing->size()); ++i) {
    const report::MissingTrustList& one = (*missing)[i];
    fetched.notes.push_back(
        fmt::format("{} gave no trust list: {}", printable(one.place, 300), printable_once_more(one.reason, 400)));
  }
  if (missing->size() > kMost) {
    fetched.notes.push_back(fmt::format("{} more gave no trust list", missing->size() - kMost));
  }
  if (missing->empty() && fetched.lists == 0) {
    fetched.notes.push_back("nobody was asked for trust lists: they come from the tftp-https interface of a CUCM node");
  }
  return {};
}

}  // namespace

Result<FetchedTrust> add_fetched_trust(const db::Database& database, db::RunWriter& run, const std::vector<Fact>& facts,
                                       const upgrade::Catalogue& catalogue) {
  FetchedTrust fetched;
  const auto stores = read_lists(database, run.run_id(), fetched);
  if (!stores) return tl::unexpected<Error>(stores.error());
  if (auto noted = note_missing_lists(database, run.run_id(), fetched); !noted) {
    return tl::unexpected<Error>(noted.error());
  }
  for (const auto& [server, nodes] : *stores) {
    for (const auto& [node, list] : nodes) {
      // What the node hands out: who holds a list of other signers will not take it (upgrade/forecast/trust_list.h).
      if (auto kept = run.add(db::TrustObservation{server, node, kTrustListStore, entries_of(list)}); !kept) {
        return tl::unexpected<Error>(kept.error());
      }
    }
    const trust::TrustStore& first = nodes.begin()->second;
    const bool differ =
        std::ranges::any_of(nodes, [&](const auto& node) { return content_of(node.second) != content_of(first); });
    if (differ) {
      fetched.notes.push_back(printable(fmt::format(
          "the trust lists of the nodes of {} differ; whoever loads them trusts what one of them says: name it with "
          "'ucready trust add --store {}'",
          server, kTrustListStore)));
      continue;
    }
    const auto clients = db::clients_without_store(database, run.run_id(), server, kTrustListStore);
    if (!clients) return tl::unexpected<Error>(clients.error());
    for (const std::string& client : *clients) {
      if (!keeps_lists(client, facts, catalogue)) continue;
      if (auto kept = run.add(db::TrustObservation{client, "", kTrustListStore, entries_of(first)}); !kept) {
        return tl::unexpected<Error>(kept.error());
      }
      ++fetched.stores;
    }
  }
  if (auto kept = run.flush(); !kept) return tl::unexpected<Error>(kept.error());
  return fetched;
}

}  // namespace ucready::scanner
