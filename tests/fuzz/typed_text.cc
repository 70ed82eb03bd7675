// What people type: words after `ucready scan`, networks, time windows, orders.
#include <cstdlib>

#include "core/bytes.h"
#include "core/ip_address.h"
#include "probes/time_window.h"
#include "scanner/address_range.h"
#include "scanner/order_file.h"
#include "scanner/target_list.h"

namespace {

using namespace ucready;

void hold(bool what) {
  if (!what) std::abort();
}

// It quotes what was typed; the program escapes it where it is shown.
void hold_message(const Error& error) { hold(error.code == ErrorCode::invalid_input && !error.message.empty()); }

void read_network(std::string_view text) {
  const auto range = scanner::AddressRange::network(text);
  if (!range) return hold_message(range.error());
  hold(range->size() > 0 && range->size() <= 1'048'576);
  hold(parse_ip_address(range->at(0)) && parse_ip_address(range->at(range->size() - 1)));
}

void read_window(std::string_view text) {
  const auto window = probes::parse_time_window(text);
  if (!window) return hold_message(window.error());
  const auto wait = window->until_open(std::chrono::hours(12));
  hold(wait.count() >= 0 && wait < std::chrono::hours(24));
}

void read_word(std::string_view text, const upgrade::Catalogue& catalogue) {
  for (const upgrade::Product* const product :
       {catalogue.find("cucm"), static_cast<const upgrade::Product*>(nullptr)}) {
    const auto target = scanner::read_target(text, product, catalogue);
    if (!target) {
      hold_message(target.error());
    } else {
      hold(target->hosts.size() > 0 && !target->interfaces.empty());
    }
  }
}

void read_order(std::string_view text, const upgrade::Catalogue& catalogue) {
  static const auto clusters = [] {
    std::vector<scanner::SiteCluster> known(2);
    known[0].name = "c";
    known[0].product = "cucm";
    known[0].target = "15SU4a";
    known[1].name = "e";
    known[1].product = "expressway-c";
    known[1].target = "X15.5";
    return known;
  }();
  const auto order = scanner::read_order_text(text, "order.yaml", clusters, catalogue);
  if (!order) {
    hold_message(order.error());
    hold(order.error().message.starts_with("order.yaml:") && order.error().message.find('\n') == std::string::npos);
  } else {
    hold(!order->steps.empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto catalogue = upgrade::Catalogue::built_in().value();
  const std::string_view text = as_text({data, size});
  read_network(text);
  read_window(text);
  read_word(text, catalogue);
  read_order(text, catalogue);
  return 0;
}
