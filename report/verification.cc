#include "report/verification.h"

#include <fmt/format.h>

#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <tuple>
#include <vector>

#include "core/printable.h"
#include "report/csv.h"
#include "report/paragraph.h"

namespace ucready::report {
namespace {

using forecast::HopVerdict;
using forecast::ListenerVerdict;
using forecast::Verified;

constexpr std::array<Verified, 5> kInOrder = {Verified::worse, Verified::better, Verified::not_seen,
                                              Verified::as_forecast, Verified::proven};

template <typename Verdicts>
std::string counts(const Verdicts& verdicts) {
  std::map<Verified, std::size_t> count;
  for (const auto& verdict : verdicts) ++count[verdict.verified];
  std::string text;
  for (const Verified verified : kInOrder) {
    if (count[verified] == 0) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count[verified], to_text(verified));
  }
  return text.empty() ? "none" : text;
}

template <typename Verdicts>
std::size_t count_of(const Verdicts& verdicts, Verified verified) {
  std::size_t count = 0;
  for (const auto& verdict : verdicts) count += verdict.verified == verified ? 1 : 0;
  return count;
}

std::string verdict_of(const WaveReport& report) {
  const auto& [listeners, hops] = report.verification;
  if (count_of(listeners, Verified::worse) + count_of(hops, Verified::worse) > 0) {
    return "Not as forecast: look at what is worse before the next wave.";
  }
  if (!hops.empty() && count_of(hops, Verified::not_seen) == hops.size()) {
    return "Nothing is known of how the wave went: scan the site, and capture its clients.";
  }
  if (count_of(hops, Verified::proven) == hops.size()) return "Every hop is proven.";
  return "Nothing seen is worse than forecast; what is not proven waits for a capture of its handshakes.";
}

std::string node_text(const std::string& node) { return node.empty() ? "every node" : printable(node); }

// "c1 > pub, c2 > pub and 4 more"
class Pairs {
 public:
  void add(const db::ForecastHop& hop) {
    constexpr std::size_t kShown = 3;
    if (++count_ > kShown) return;
    text_ +=
        fmt::format("{}{} > {}", text_.empty() ? "" : ", ", node_text(hop.client_node), node_text(hop.server_node));
    shown_ = count_;
  }
  [[nodiscard]] std::string text() const {
    return count_ == shown_ ? text_ : fmt::format("{} and {} more", text_, count_ - shown_);
  }

 private:
  std::size_t count_ = 0;
  std::size_t shown_ = 0;
  std::string text_;
};

// The same sentence about several pairs of nodes is written once.
void write_hops(const WaveReport& report, Verified verified, std::size_t columns, std::ostream& out) {
  using Key = std::tuple<std::string, std::string, std::string, int, std::string>;
  std::map<Key, Pairs> groups;
  for (const HopVerdict& hop : report.verification.hops) {
    if (hop.verified != verified) continue;
    const db::ForecastHop& at = hop.forecast.hop;
    groups[{at.client, at.client_service, at.server, at.port, hop.because}].add(at);
  }
  for (const auto& [key, pairs] : groups) {
    const auto& [client, service, server, port, because] = key;
    write_paragraph(
        out, "  ",
        fmt::format("{}{} -> {}:{} ({}): {}.", printable(client), service.empty() ? "" : " as " + printable(service),
                    printable(server), port, pairs.text(), printable(because)),
        columns);
  }
}

void write_listeners(const WaveReport& report, Verified verified, std::size_t columns, std::ostream& out) {
  for (const ListenerVerdict& listener : report.verification.listeners) {
    if (listener.verified != verified) continue;
    write_paragraph(out, "  ",
                    fmt::format("listener {}/{} {}:{} {}: {}.", printable(listener.cluster), node_text(listener.node),
                                printable(listener.address), listener.port, printable(listener.protocol),
                                printable(listener.because)),
                    columns);
  }
}

constexpr std::array<const char*, 16> kColumns = {
    "wave", "subject",  "client",   "client_node", "client_service", "server",  "server_node", "address",
    "port", "protocol", "forecast", "reason",      "version",        "verdict", "evidence",    "because"};

}  // namespace

void write_verification_text(const WaveReport& report, std::size_t columns, std::ostream& out) {
  const auto& [listeners, hops] = report.verification;
  write_paragraph(out, "", verdict_of(report), columns);
  write_paragraph(
      out, "",
      fmt::format("{} of the plan of {}, held against what was seen from {} on. Hops: {}. Listeners: {}.",
                  report.done.wave == 0 ? "Today" : fmt::format("Wave {}", report.done.wave),
                  printable(report.plan.plan.began), printable(report.done.since), counts(hops), counts(listeners)),
      columns);
  if (report.done.wave == 0 && report.done.signs.empty()) {
    write_paragraph(out, "  ", "nothing shows that a wave was done; if one was, name it with --wave N", columns);
  }
  for (const std::string& sign : report.done.signs) write_paragraph(out, "  ", printable(sign), columns);
  for (const Verified verified : kInOrder) {
    if (count_of(listeners, verified) + count_of(hops, verified) == 0) continue;
    std::string title(to_text(verified));
    title.front() = static_cast<char>(title.front() - 'a' + 'A');
    out << '\n' << title << '\n';
    write_hops(report, verified, columns, out);
    write_listeners(report, verified, columns, out);
  }
}

void write_verification_csv(const WaveReport& report, std::ostream& out) {
  for (std::size_t i = 0; i < kColumns.size(); ++i) out << (i == 0 ? "" : ",") << kColumns[i];
  out << "\r\n";
  const auto line = [&](const std::vector<std::string>& cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) out << (i == 0 ? "" : ",") << csv_cell(cells[i]);
    out << "\r\n";
  };
  const std::string wave = std::to_string(report.done.wave);
  for (const HopVerdict& hop : report.verification.hops) {
    const db::ForecastHop& at = hop.forecast.hop;
    line({wave, "hop", at.client, at.client_node, at.client_service, at.server, at.server_node, at.address,
          std::to_string(at.port), at.protocol, std::string(to_text(hop.forecast.outcome)), hop.forecast.reason,
          hop.forecast.version, std::string(to_text(hop.verified)), hop.evidence, hop.because});
  }
  for (const ListenerVerdict& at : report.verification.listeners) {
    line({wave, "listener", "", "", "", at.cluster, at.node, at.address, std::to_string(at.port), at.protocol, "", "",
          "", std::string(to_text(at.verified)), at.verified == Verified::not_seen ? "" : "scan", at.because});
  }
}

void write_verification_json(const WaveReport& report, std::ostream& out) {
  nlohmann::ordered_json all;
  all["plan"] = report.plan.plan.run_id;
  all["wave"] = report.done.wave;
  all["since"] = report.done.since;
  all["signs"] = report.done.signs;
  all["hops"] = nlohmann::ordered_json::array();
  for (const HopVerdict& hop : report.verification.hops) {
    const db::ForecastHop& at = hop.forecast.hop;
    all["hops"].push_back({{"client", at.client},
                           {"client_node", at.client_node},
                           {"client_service", at.client_service},
                           {"server", at.server},
                           {"server_node", at.server_node},
                           {"address", at.address},
                           {"port", at.port},
                           {"protocol", at.protocol},
                           {"forecast", to_text(hop.forecast.outcome)},
                           {"reason", hop.forecast.reason},
                           {"version", hop.forecast.version},
                           {"verdict", to_text(hop.verified)},
                           {"evidence", hop.evidence},
                           {"because", hop.because}});
  }
  all["listeners"] = nlohmann::ordered_json::array();
  for (const ListenerVerdict& at : report.verification.listeners) {
    all["listeners"].push_back({{"cluster", at.cluster},
                                {"node", at.node},
                                {"address", at.address},
                                {"port", at.port},
                                {"protocol", at.protocol},
                                {"verdict", to_text(at.verified)},
                                {"because", at.because}});
  }
  // ASCII only, so that nothing in it moves a cursor.
  out << all.dump(1, ' ', true, nlohmann::json::error_handler_t::replace) << '\n';
}

}  // namespace ucready::report
