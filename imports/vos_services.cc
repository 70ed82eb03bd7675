// Which of its services a VOS node runs, and what that tells: the product that it is, and what others call it for
// (utils service list, and the commands that one product alone knows).
#include "imports/vos_services.h"

#include <algorithm>

#include "imports/text_parts.h"
#include "imports/vos_command.h"

namespace ucready::imports {
namespace {

// Sources: docs/import.md. A service that is not here tells nothing: most run on every product.
constexpr VosService kServices[] = {
    {"Cisco CallManager", "cucm", "callmanager"},
    {"Cisco Tftp", "cucm", "tftp"},
    {"Cisco CTIManager", "cucm", "cti"},
    {"Cisco Certificate Authority Proxy Function", "cucm", "capf"},
    {"Cisco XCP Router", "imp", ""},
    {"Cisco SIP Proxy", "imp", ""},
    {"Connection Conversation Manager", "cuc", ""},
    {"Cisco Phone Tracking Engine", "cer", ""},
    {"Cisco Unified CCX Engine", "uccx", ""},
};

const VosService* find_service(std::string_view name) {
  const auto* const known = std::ranges::find(kServices, name, &VosService::name);
  return known == std::end(kServices) ? nullptr : known;
}

// "Cisco Tftp[STARTED]" and "Cisco Tftp[STOPPED]  Service Not Activated".
class ServiceList final : public CommandOutput {
 public:
  explicit ServiceList(Told& told) : told_(told) {}

  bool line(std::string_view text, int number) override {
    const std::size_t open = text.find('[');
    const std::size_t close = text.find(']', std::min(open, text.size()));
    if (close == std::string_view::npos) return true;  // Headings, and the return code.
    if (after(text.substr(close), "Not Activated")) return true;
    const VosService* const known = find_service(trimmed(text.substr(0, open)));
    if (known != nullptr && found_.size() < std::size(kServices)) found_.push_back({known, number});
    return true;
  }

  // Two products on one node (Business Edition) are neither of them to a forecast.
  void end(bool) override {
    const bool are_several =
        std::ranges::any_of(found_, [&](const Found& one) { return one.known->product != found_[0].known->product; });
    if (are_several) return told_.trouble("services of several products run on this node; name it in the site file");
    for (const Found& one : found_) tell_service(one.known->name, "", one.line, told_);
  }

 private:
  struct Found {
    const VosService* known;
    int line;
  };

  Told& told_;
  std::vector<Found> found_;
};

// "Active version: 14.0.1.13900-155", "Active UCCX Version: 12.5.1.11003-511".
class ProductVersion final : public CommandOutput {
 public:
  ProductVersion(std::string_view product, std::string_view words, Told& told)
      : product_(product), words_(words), told_(told) {}

  bool line(std::string_view text, int number) override {
    if (!starts_with_word(text, words_.substr(0, words_.find(' ')))) return true;
    const auto version = after(text, words_);
    if (!version || version->empty()) return false;
    told_.fact("product", std::string(product_), number);
    return true;
  }

 private:
  std::string_view product_;
  std::string_view words_;
  Told& told_;
};

// "Cisco Unified Communications Manager IP is 10.78.14.140", "UCCX JTAPI Provider is 10.78.14.140".
class ContactCentreProvider final : public CommandOutput {
 public:
  explicit ContactCentreProvider(Told& told) : told_(told) {}

  bool line(std::string_view text, int number) override {
    if (starts_with_word(text, "Command successful.")) return true;
    const auto axl = after(text, "Communications Manager IP is");
    // Whether that user has to come by TLS stands in call control alone, so CTI is no hop here.
    if (!axl && !after(text, "JTAPI Provider is")) return false;
    told_.fact("product", "uccx", number);
    for (const std::string& host : hosts_in(axl.value_or(""))) {
      ToldHop hop;
      hop.name = "AXL provider";
      hop.service = "axl";
      hop.host = host;
      hop.port = 8443;
      hop.protocol = "https";
      hop.line = number;
      told_.hop(std::move(hop));
    }
    return true;
  }

 private:
  static std::vector<std::string> hosts_in(std::string_view text) {
    std::string spaced = lower(text);
    std::ranges::replace(spaced, ',', ' ');
    std::vector<std::string> hosts;
    for (const std::string_view word : words_of(spaced)) hosts.emplace_back(word);
    return hosts;
  }

  Told& told_;
};

}  // namespace

bool tell_service(std::string_view name, const std::string& node, int line, Told& told) {
  const VosService* const known = find_service(name);
  if (known == nullptr) return false;
  told.fact("product", std::string(known->product), line, node);
  told.fact("runs", std::string(known->runs), line, node);
  return true;
}

std::unique_ptr<CommandOutput> make_service_list(std::string_view, int, Told& told) {
  return std::make_unique<ServiceList>(told);
}
std::unique_ptr<CommandOutput> make_unity_version(std::string_view, int, Told& told) {
  return std::make_unique<ProductVersion>("cuc", "Active version:", told);
}
std::unique_ptr<CommandOutput> make_contact_centre_version(std::string_view, int, Told& told) {
  return std::make_unique<ProductVersion>("uccx", "Active UCCX Version:", told);
}
std::unique_ptr<CommandOutput> make_contact_centre_provider(std::string_view, int, Told& told) {
  return std::make_unique<ContactCentreProvider>(told);
}

}  // namespace ucready::imports
