// Everything that docs/catalogue.md does not describe is refused.
#include "upgrade/product_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <set>
#include <string>
#include <utility>

#include "upgrade/yaml_reader.h"

namespace ucready::upgrade {
namespace {

constexpr std::size_t kLargestFile = 1 << 20;
constexpr std::string_view kConfidences[] = {"seed", "source", "expert", "derived"};
constexpr std::string_view kKinds[] = {"version", "boolean", "choice", "text", "list", "number"};
constexpr std::string_view kRules[] = {"vos", "expressway", "ios-xe", "dotted", "none"};
constexpr std::string_view kNever = "never";
constexpr std::string_view kMendKinds[] = {"trust", "trust-list", "setting", "withdraw", "certificate", "encrypted"};
constexpr std::string_view kCertificateChanges[] = {"dates", "hash", "purposes", "name", "key", "authority"};
// What a hop may turn on and nobody told, and whose fact it is.
constexpr std::string_view kOpenFacts[] = {
    "trust",       "certificate",  "setting", "release", "stack",     "client_authentication",
    "server_name", "verification", "name",    "offer",   "inspection"};
constexpr std::string_view kEnds[] = {"client", "server"};
// What goes down while it is done, or that an aim of the plan is given up.
constexpr std::string_view kImpactWords[] = {"none", "service", "node", "phones", "aim"};
constexpr int kImpacts[] = {0, 1, 10, 100, 1000};

bool is_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

std::string joined(const std::vector<std::string>& words, std::string_view separator) {
  return fmt::format("{}", fmt::join(words, separator));
}

Evidence read_evidence(const YamlMapping& fact, YamlFaults& faults) {
  Evidence evidence;
  if (fact.require("source")) evidence.source = joined(fact.texts("source"), ", ");
  evidence.confidence = fact.required_one_of("confidence", kConfidences);
  evidence.note = fact.text("note");
  // A fact found in a document names it; own knowledge names none.
  if (evidence.confidence == "source" && evidence.source == "expert") {
    faults.add(fact.node(), "confidence \"source\" without a document; name its key or write confidence: expert");
  }
  return evidence;
}

// A name that stands on several lines of one list.
class NamesSeen {
 public:
  NamesSeen(std::string_view kind, YamlFaults& faults) : kind_(kind), faults_(&faults) {}
  void add(const YAML::Node& at, const std::string& name) {
    if (!name.empty() && !names_.insert(name).second) {
      faults_->add(at, fmt::format("{} {} stands twice; keep one of the two", kind_, name));
    }
  }

 private:
  std::string_view kind_;
  YamlFaults* faults_;
  std::set<std::string> names_;
};

class ProductReader {
 public:
  ProductReader(const YAML::Node& root, YamlFaults& faults) : root_(root), faults_(faults) {}

  Product read() {
    const YamlMapping file(root_, "catalogue file",
                           {"product", "name", "release_rule", "endpoint", "tls13", "interfaces", "client_services",
                            "settings", "stores", "mends", "inquiries", "models", "releases"},
                           faults_);
    product_.id = file.required_text("product");
    if (!is_name(product_.id))
      faults_.add(root_, "product must be of the letters a-z, digits and -; write product: cucm");
    product_.name = file.required_text("name");
    product_.rule = parse_release_rule(file.required_one_of("release_rule", kRules)).value_or(ReleaseRule::none);
    product_.endpoint = file.flag("endpoint").value_or(false);
    if (const auto tls13 = file.find("tls13")) read_tls13(*tls13);
    read_interfaces(file);
    read_client_services(file);
    read_settings(file);
    read_stores(file);
    read_mends(file);
    read_inquiries(file);
    read_models(file);
    read_releases(file);
    return std::move(product_);
  }

 private:
  void read_tls13(const YAML::Node& node) {
    const YamlMapping tls13(node, "tls13 entry", {"from", "recommended", "source", "confidence", "note"}, faults_);
    product_.tls13_from = release_or_never(tls13, "from");
    product_.recommended_from = release_or_never(tls13, "recommended");
    product_.tls13_evidence = read_evidence(tls13, faults_);
  }

  std::string release_or_never(const YamlMapping& mapping, std::string_view key) {
    const auto node = mapping.find(key);
    if (!node) return {};
    std::string release = yaml_text(*node, key, faults_);
    if (release != kNever && !parse_release(product_.rule, release)) {
      faults_.add(*node, fmt::format("{} \"{}\" is no release by the rule {}; write one as its maker does, or never",
                                     key, release.substr(0, 40), to_text(product_.rule)));
    }
    return release;
  }

  std::uint16_t read_port(const YAML::Node& node, std::string_view text) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = end == text.data() + text.size() && error != std::errc::invalid_argument;
    if (!whole) {
      faults_.add(node, fmt::format("port \"{}\" is no number; write 1 to 65535 or a range like 5061-5199",
                                    text.substr(0, 20)));
    } else if (error == std::errc::result_out_of_range || value == 0 ||
               value > std::numeric_limits<std::uint16_t>::max()) {
      faults_.add(node, fmt::format("port {} is out of range; write 1 to 65535", text.substr(0, 20)));
    } else {
      return static_cast<std::uint16_t>(value);
    }
    return 0;
  }

  void read_ports(const YamlMapping& mapping, CatalogueInterface& interface) {
    const auto node = mapping.require("port");
    if (!node) return;
    const std::string text = yaml_text(*node, "port", faults_);
    const auto dash = text.find('-');
    interface.port = read_port(*node, std::string_view(text).substr(0, dash));
    interface.last_port =
        dash == std::string::npos ? interface.port : read_port(*node, std::string_view(text).substr(dash + 1));
    if (interface.last_port < interface.port) {
      faults_.add(*node, fmt::format("port range {} ends before it begins; write the lower port first", text));
    }
  }

  void read_interfaces(const YamlMapping& file) {
    NamesSeen seen("port", faults_);
    for (const YAML::Node& item : file.list("interfaces")) {
      const YamlMapping mapping(item, "interface",
                                {"port", "protocol", "service", "mtls", "certificate", "client_store", "ecdsa", "probe",
                                 "clients", "tls13_from", "tls_floor", "stack", "source", "confidence", "note"},
                                faults_);
      CatalogueInterface interface;
      read_ports(mapping, interface);
      interface.probe = mapping.flag("probe").value_or(true);
      interface.protocol = mapping.one_of("protocol", known_protocols());
      if (interface.probe && !mapping.has("protocol")) {
        faults_.add(item, "an interface to probe needs \"protocol\"; add it, or probe: false where there is no TLS");
      }
      interface.service = mapping.required_text("service");
      interface.mtls = mapping.flag("mtls");
      interface.certificate = mapping.text("certificate");
      interface.client_store = mapping.text("client_store");
      interface.ecdsa = mapping.flag("ecdsa").value_or(false);
      interface.clients = mapping.texts("clients");
      interface.tls13_from = release_or_never(mapping, "tls13_from");
      interface.tls_floor = mapping.one_of("tls_floor", known_versions());
      interface.stack = mapping.one_of("stack", known_stacks());
      interface.evidence = read_evidence(mapping, faults_);
      seen.add(item, std::to_string(interface.port));
      product_.interfaces.push_back(std::move(interface));
    }
  }

  void read_client_services(const YamlMapping& file) {
    NamesSeen names("client service", faults_);
    NamesSeen defaults("the client service by default for", faults_);
    for (const YAML::Node& item : file.list("client_services")) {
      const YamlMapping mapping(
          item, "client service",
          {"name", "protocols", "store", "certificate", "verifies", "checks_name", "ignores_minimum", "tls13_from",
           "stack", "security_level", "source", "confidence", "note"},
          faults_);
      CatalogueClientService service;
      service.name = mapping.required_text("name");
      names.add(item, service.name);
      const std::vector<std::string> protocols = mapping.texts("protocols");
      for (const std::string& protocol : protocols) {
        if (std::find(known_protocols().begin(), known_protocols().end(), protocol) == known_protocols().end()) {
          faults_.add(item, fmt::format("unknown protocol \"{}\"; known: {}", protocol.substr(0, 40),
                                        fmt::join(known_protocols(), ", ")));
        }
        defaults.add(item, protocol);
      }
      service.protocol = joined(protocols, ",");
      service.store = mapping.text("store");
      service.certificate = mapping.text("certificate");
      service.verifies = mapping.flag("verifies");
      service.checks_name = mapping.flag("checks_name");
      service.ignores_minimum = mapping.flag("ignores_minimum").value_or(false);
      service.stack = mapping.one_of("stack", known_stacks());
      service.security_level = static_cast<int>(mapping.number("security_level", 0, 5).value_or(0));
      service.evidence = read_evidence(mapping, faults_);
      service.tls13_from = release_or_never(mapping, "tls13_from");
      product_.client_services.push_back(std::move(service));
    }
  }

  void read_stores(const YamlMapping& file) {
    NamesSeen names("store", faults_);
    for (const YAML::Node& item : file.list("stores")) {
      const YamlMapping mapping(
          item, "store", {"name", "path", "restarts", "impact", "verify", "source", "confidence", "note"}, faults_);
      CatalogueStore store;
      store.name = mapping.required_text("name");
      names.add(item, store.name);
      store.path = mapping.required_text("path");
      store.restarts = mapping.required_text("restarts");
      store.verify = mapping.text("verify");
      store.impact = read_impact(mapping).value_or(store.restarts == "none" ? 0 : 1);
      store.evidence = read_evidence(mapping, faults_);
      product_.stores.push_back(std::move(store));
    }
  }

  std::optional<int> read_impact(const YamlMapping& mapping) {
    const std::string word = mapping.one_of("impact", kImpactWords);
    if (word.empty()) return std::nullopt;
    return kImpacts[std::ranges::find(kImpactWords, word) - std::begin(kImpactWords)];
  }

  void read_mends(const YamlMapping& file) {
    for (const YAML::Node& item : file.list("mends")) {
      const YamlMapping mapping(item, "mend",
                                {"kind", "reasons", "setting", "value", "change", "certificate", "what", "precondition",
                                 "path", "restarts", "impact", "verify", "undo", "source", "confidence", "note"},
                                faults_);
      CatalogueMend mend{.kind = mapping.required_one_of("kind", kMendKinds),
                         .reasons = mapping.texts("reasons"),
                         .setting = mapping.text("setting"),
                         .value = mapping.text("value"),
                         .change = mapping.one_of("change", kCertificateChanges),
                         .certificate = mapping.text("certificate"),
                         .what = mapping.text("what"),
                         .precondition = mapping.text("precondition"),
                         .path = mapping.text("path"),
                         .restarts = mapping.text("restarts"),
                         .impact = read_impact(mapping),
                         .verify = mapping.text("verify"),
                         .undo = mapping.text("undo"),
                         .evidence = read_evidence(mapping, faults_)};
      check_mend(item, mend);
      product_.mends.push_back(std::move(mend));
    }
  }

  void check_mend(const YAML::Node& item, const CatalogueMend& mend) {
    for (const std::string& reason : mend.reasons) {
      if (!is_name(reason)) faults_.add(item, fmt::format("\"{}\" is no reason of a forecast; write one", reason));
    }
    const bool of_setting = mend.kind == "setting";
    if (of_setting != !mend.setting.empty() || of_setting != !mend.value.empty()) {
      faults_.add(item, "a mend of kind setting, and no other, has \"setting\" and \"value\"; name both or none");
    }
    if (mend.kind != "certificate" && !(mend.change.empty() && mend.certificate.empty())) {
      faults_.add(item, "only a mend of kind certificate has \"change\" and \"certificate\"; leave them out");
    }
    if (mend.kind == "certificate" && !mend.reasons.empty() && mend.change.empty()) {
      faults_.add(item, "a mend of kind certificate with reasons needs \"change\"; say what is another in it");
    }
    if (mend.impact && mend.restarts.empty()) {
      faults_.add(item, "an impact without \"restarts\"; say what restarts, or none");
    }
  }

  void read_inquiries(const YamlMapping& file) {
    for (const YAML::Node& item : file.list("inquiries")) {
      const YamlMapping mapping(item, "inquiry", {"about", "end", "path", "minutes", "source", "confidence", "note"},
                                faults_);
      CatalogueInquiry inquiry;
      inquiry.about = mapping.required_one_of("about", kOpenFacts);
      inquiry.end = mapping.one_of("end", kEnds);
      inquiry.path = mapping.required_text("path");
      if (mapping.require("minutes")) inquiry.minutes = static_cast<int>(mapping.number("minutes", 1, 480).value_or(1));
      inquiry.evidence = read_evidence(mapping, faults_);
      product_.inquiries.push_back(std::move(inquiry));
    }
  }

  void read_models(const YamlMapping& file) {
    NamesSeen seen("model", faults_);
    for (const YAML::Node& item : file.list("models")) {
      const YamlMapping mapping(item, "model", {"names", "tls13_from", "highest", "source", "confidence", "note"},
                                faults_);
      CatalogueModel model;
      if (mapping.require("names")) model.names = mapping.texts("names");
      for (const std::string& name : model.names) seen.add(item, name);
      model.tls13_from = release_or_never(mapping, "tls13_from");
      model.highest = mapping.one_of("highest", known_versions());
      model.evidence = read_evidence(mapping, faults_);
      product_.models.push_back(std::move(model));
    }
  }

  void read_settings(const YamlMapping& file) {
    NamesSeen names("setting", faults_);
    for (const YAML::Node& item : file.list("settings")) {
      const YamlMapping mapping(
          item, "setting", {"name", "kind", "default", "values", "effect", "source", "confidence", "note"}, faults_);
      CatalogueSetting setting;
      setting.name = mapping.required_text("name");
      names.add(item, setting.name);
      setting.kind = mapping.required_one_of("kind", kKinds);
      setting.default_value = mapping.text("default");
      setting.values = mapping.texts("values");
      setting.effect = mapping.required_text("effect");
      setting.evidence = read_evidence(mapping, faults_);
      if (setting.kind == "choice" && setting.values.empty()) {
        faults_.add(item, "a setting of kind choice needs \"values\"; list them");
      }
      if (const auto fault = fault_of_value(setting, setting.default_value); fault && !setting.default_value.empty()) {
        faults_.add(item, *fault);
      }
      product_.settings.push_back(std::move(setting));
    }
  }

  void read_releases(const YamlMapping& file) {
    std::optional<Release> before;
    for (const YAML::Node& item : file.list("releases")) {
      const YamlMapping mapping(item, "release", {"name", "build", "note", "source", "confidence"}, faults_);
      CatalogueRelease release{.name = mapping.required_text("name"),
                               .build = mapping.text("build"),
                               .note = mapping.text("note"),
                               .evidence = read_evidence(mapping, faults_)};
      const auto rank = parse_release(product_.rule, release.name);
      if (!rank) {
        faults_.add(item, fmt::format("release \"{}\" cannot be read by the rule {}; write it as its maker does",
                                      release.name.substr(0, 40), to_text(product_.rule)));
      } else if (before && !(*before < *rank)) {
        faults_.add(item,
                    fmt::format("release {} is not later than the one before it; list them in order", release.name));
      } else if (!release.build.empty() && parse_release(product_.rule, release.build) != rank) {
        faults_.add(item, fmt::format("build {} is another release than {}; correct one of the two",
                                      release.build.substr(0, 40), release.name));
      }
      before = rank;
      product_.releases.push_back(std::move(release));
    }
  }

  const YAML::Node& root_;
  YamlFaults& faults_;
  Product product_;
};

}  // namespace

Result<Product> read_product_tree(const YAML::Node& root, const std::string& origin) {
  YamlFaults faults(origin);
  Product product = ProductReader(root, faults).read();
  if (!faults.empty()) return faults.first();
  product.origin = origin;
  return product;
}

Result<Product> read_product(std::string_view yaml, const std::string& origin) {
  const auto root = load_yaml(yaml, origin, kLargestFile);
  if (!root) return tl::unexpected(root.error());
  return read_product_tree(*root, origin);
}

Result<Product> read_built_in_product(const EmbeddedFile& file) {
  auto product = read_product_tree(YAML::Load(std::string(file.text)), std::string(file.name));
  if (product) product->origin = "built in";
  return product;
}

}  // namespace ucready::upgrade
