#include "report/capture_plan.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <ostream>
#include <span>

#include "core/printable.h"
#include "report/paragraph.h"
#include "report/rows.h"

namespace ucready::report {
namespace {

struct Advice {
  std::string_view word;  // A product, or a client service.
  std::string_view text;
};

// How each product captures on its own interface; {} is the port.
constexpr Advice kCapture[] = {
    {"cucm", "CLI 'utils network capture file ucready count 100000 size all port {}'"},
    {"imp", "CLI 'utils network capture file ucready count 100000 size all port {}'"},
    {"cuc", "CLI 'utils network capture file ucready count 100000 size all port {}'"},
    {"cer", "CLI 'utils network capture file ucready count 100000 size all port {}'"},
    {"uccx", "CLI 'utils network capture file ucready count 100000 size all port {}'"},
    {"expressway-c", "Maintenance > Diagnostics > Diagnostic logging, with 'Take tcpdump while logging'"},
    {"expressway-e", "Maintenance > Diagnostics > Diagnostic logging, with 'Take tcpdump while logging'"},
    {"cube", "'monitor capture' on the interface towards the peer, with an access list for port {}"},
    {"ios-gateway", "'monitor capture' on the interface towards the peer, with an access list for port {}"},
};

// How a client opens its connections anew.
constexpr Advice kReset[] = {
    {"sip-trunk", "reset the SIP trunk (Device > Trunk > Reset)"},
    {"sip-zone", "disable the zone and enable it again (Configuration > Zones)"},
    {"traffic-server", "let one client sign in through Mobile and Remote Access"},
    {"phone", "restart one phone of each model (its resumed sessions show no certificate)"},
    {"ata", "restart one device of each model"},
    {"roomos", "restart one device of each model"},
    {"jabber", "sign one client out and in again"},
    {"webex", "sign one client out and in again"},
    {"cube", "shut the dial-peer and bring it back, or clear the SIP connection"},
    {"ldap", "start a directory synchronisation"},
};

std::string_view advice_for(std::span<const Advice> table, std::string_view word) {
  const auto found = std::ranges::find(table, word, &Advice::word);
  return found == table.end() ? std::string_view() : found->text;
}

bool hello_missing(const HopAccount& hop) {
  return hop.offers == 0 && hop.security != "nonsecure" &&
         (hop.midstream > 0 || (!hop.declared_by.empty() && !hop.dormant));
}

std::string product_of(const Products& products, const std::string& cluster) {
  const auto found = products.find(cluster);
  return found == products.end() ? std::string() : found->second;
}

std::string step_for(const HopAccount& hop, const Products& products) {
  const std::string client = product_of(products, hop.client);
  const std::string server = product_of(products, hop.server);
  // The server's side sees all clients; a client's own side is second best.
  std::string_view how = advice_for(kCapture, server);
  std::string where = hop.server;
  if (!hop.server_nodes.empty()) where += fmt::format(" ({})", fmt::join(hop.server_nodes, ", "));
  if (how.empty() && !advice_for(kCapture, client).empty()) {
    how = advice_for(kCapture, client);
    where = hop.client;
  }
  std::string_view reset = advice_for(kReset, hop.client_service);
  if (reset.empty()) reset = advice_for(kReset, client);
  return fmt::format("{} -> {}:{}: capture on {}{}; then {}", hop.client, hop.server, hop.port, where,
                     how.empty() ? fmt::format(", or on the switch port before it, TCP port {}", hop.port)
                                 : ": " + fmt::format(fmt::runtime(how), hop.port),
                     reset.empty() ? "close the connection at its client and let it connect again" : reset);
}

}  // namespace

Products products_of_clusters(const db::Database& database) {
  Products products;
  Rows rows(database.handle(), "SELECT cluster, product FROM v_cluster WHERE product IS NOT NULL ORDER BY run_id");
  while (rows.next()) products[rows.text("cluster")] = rows.text("product");
  return products;
}

void write_capture_plan(const std::vector<HopAccount>& hops, const Products& products, std::ostream& out,
                        std::size_t columns) {
  const auto missing = std::ranges::count_if(hops, hello_missing);
  if (missing == 0) return;
  write_paragraph(
      out, "\n",
      fmt::format("Capture plan: of {} no ClientHello was seen. Start the capture, open the connection anew, stop it, "
                  "and read the file with 'ucready capture -r FILE'.",
                  missing == 1 ? "one hop" : fmt::format("{} hops", missing)),
      columns);
  for (const HopAccount& hop : hops) {
    if (hello_missing(hop)) write_paragraph(out, "  - ", printable(step_for(hop, products)), columns);
  }
}

}  // namespace ucready::report
