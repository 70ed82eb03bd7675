#include "upgrade/forecast/evidence.h"

#include <algorithm>
#include <tuple>

namespace ucready::forecast {
namespace {

using db::OpenFact;

// Whoever a fact names first it is about.
bool is_of_client(const std::string& fact) {
  const std::size_t client = std::min(fact.find(kClientName), fact.find("(the client's"));
  return client < std::min(fact.find(kServerName), fact.find("(the server's"));
}

class Inquiries {
 public:
  Inquiries(const Estate& estate, const CourseOfHops& course)
      : estate_(estate), course_(course), walk_(course.states, course.waves) {
    for (const db::ForecastCell& cell : course.cells.all) {
      if (!cell.open.empty()) open_kinds_.insert(static_cast<std::uint32_t>(cell.kind));
    }
  }

  std::vector<db::ForecastEvidence> all() {
    for (std::size_t at = 0; at < course_.hops.size(); ++at) {
      if (open_kinds_.contains(course_.cells.kinds.of_hop[at])) ask_of(at);
    }
    std::vector<db::ForecastEvidence> rows;
    rows.reserve(rows_.size());
    for (auto& [key, row] : rows_) rows.push_back(std::move(row));
    std::ranges::sort(rows, {}, [](const db::ForecastEvidence& row) {
      return std::tuple(-static_cast<std::int64_t>(row.hops), row.cluster, row.node, row.fact);
    });
    return rows;
  }

 private:
  void ask_of(std::size_t at) {
    const Hop hop = course_.hops[at];
    std::map<std::string, const OpenFact*> open;  // Each once, whatever the number of waves.
    for (const CourseWalk::Stand& stand : walk_.of(hop.client, hop.server)) {
      for (const OpenFact& fact : course_.cells.at(at, stand.client_state, stand.server_state).open)
        open.emplace(fact.fact, &fact);
    }
    for (const auto& [text, fact] : open) ask(hop, *fact);
  }

  void ask(const Hop& hop, const OpenFact& open) {
    const bool of_client = is_of_client(open.fact);
    const std::string& cluster = of_client ? hop.client : hop.server;
    const std::string& node = of_client ? hop.client_node : hop.server_node;
    std::string fact = open.fact;
    replace_all(fact, kClientName, hop.client);
    replace_all(fact, kServerName, hop.server);
    db::ForecastEvidence& row = rows_[{cluster, node, fact}];
    if (row.hops++ > 0) return;
    row.cluster = cluster;
    row.node = node;
    row.fact = std::move(fact);
    row.missing = open.missing;
    const upgrade::Product* const product = estate_.product(cluster);
    const auto* const inquiry =
        find_inquiry(product == nullptr ? estate_.catalogue().shared_inquiries() : product->inquiries, open.missing,
                     of_client ? "client" : "server");
    if (inquiry == nullptr) return;
    row.path = inquiry->path;
    replace_all(row.path, "{cluster}", cluster);
    replace_all(row.path, "{node}", node.empty() ? "NODE" : node);
    row.minutes = inquiry->minutes;
    row.source = inquiry->evidence.source;
    row.confidence = inquiry->evidence.confidence;
  }

  const Estate& estate_;
  const CourseOfHops& course_;
  CourseWalk walk_;
  std::set<std::uint32_t> open_kinds_;
  std::map<std::tuple<std::string, std::string, std::string>, db::ForecastEvidence> rows_;
};

}  // namespace

std::vector<db::ForecastEvidence> find_evidence(const Estate& estate, const CourseOfHops& course) {
  return Inquiries(estate, course).all();
}

}  // namespace ucready::forecast
