// ucready catalogue: what is known of the products, with the source of each fact, and the files to start one's own
// from.
#include "upgrade/catalogue.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options/value_semantic.hpp>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <vector>

#include "core/printable.h"
#include "scanner/command.h"
#include "upgrade/near_names.h"

namespace ucready::scanner {

extern const Command kCatalogueCommand;

namespace {

namespace po = boost::program_options;
using Row = std::vector<std::string>;

void add_options(po::options_description& options) {
  options.add_options()  //
      ("catalogue", po::value<std::string>()->value_name("DIR"),
       "add the *.yaml files of this folder; one of a known product replaces the built-in one")  //
      ("export", po::value<std::string>()->value_name("DIR"),
       "write the built-in files as DIR/PRODUCT.yaml; nothing is overwritten");
}

std::string or_dash(std::string_view text) { return text.empty() ? "-" : printable(text); }
std::string yes_or_no(std::optional<bool> flag) { return !flag ? "?" : *flag ? "yes" : "no"; }

// Columns as wide as their widest cell; the last one runs free.
void print_row(const Row& row, const std::vector<std::size_t>& widths, std::ostream& out) {
  std::string line;
  for (std::size_t i = 0; i < row.size(); ++i) line += fmt::format("{:<{}}  ", row[i], widths[i]);
  line.erase(line.find_last_not_of(' ') + 1);
  out << line << '\n';
}

// Words on lines that fit the screen, each after the indent.
void print_wrapped(std::string_view text, std::size_t indent, int columns, std::ostream& out) {
  const std::string shown = printable(text);
  const auto width = static_cast<std::size_t>(std::clamp(columns, 60, 120)) - indent;
  std::string_view rest = shown;
  while (!rest.empty()) {
    std::size_t end = rest.size();
    if (end > width) {
      const auto space = rest.rfind(' ', width);
      end = space == std::string_view::npos || space == 0 ? width : space;
    }
    out << std::string(indent, ' ') << rest.substr(0, end) << '\n';
    rest.remove_prefix(std::min(rest.size(), rest.find_first_not_of(' ', end)));
  }
}

// Rows with what is to be said of each beneath it.
class Table {
 public:
  explicit Table(Row heads) { add(std::move(heads), {}); }

  void add(Row row, std::vector<std::string> remarks) {
    widths_.resize(std::max(widths_.size(), row.size()));
    for (std::size_t i = 0; i + 1 < row.size(); ++i) widths_[i] = std::max(widths_[i], row[i].size());
    rows_.push_back(std::move(row));
    remarks_.push_back(std::move(remarks));
  }

  void print(std::string_view title, int columns, std::ostream& out) const {
    constexpr std::size_t kIndent = 6;
    if (rows_.size() < 2) return;
    if (!title.empty()) out << '\n' << title << '\n';
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      print_row(rows_[i], widths_, out);
      for (const std::string& remark : remarks_[i]) print_wrapped(remark, kIndent, columns, out);
    }
  }

 private:
  std::vector<std::size_t> widths_;
  std::vector<Row> rows_;
  std::vector<std::vector<std::string>> remarks_;
};

std::vector<std::string> remarks(std::initializer_list<std::string> texts) {
  std::vector<std::string> said;
  std::copy_if(texts.begin(), texts.end(), std::back_inserter(said), [](const auto& text) { return !text.empty(); });
  return said;
}

std::string with_label(std::string_view label, const std::string& text) {
  return text.empty() ? "" : fmt::format("{}: {}", label, text);
}

void print_interfaces(const upgrade::Product& product, Console& console) {
  Table table(
      {"PORT", "PROTOCOL", "MTLS", "CERTIFICATE", "CLIENTS' STORE", "TLSV1.3", "CONFIDENCE", "SOURCE", "SERVICE"});
  for (const upgrade::CatalogueInterface& each : product.interfaces) {
    const std::string port =
        each.port == each.last_port ? fmt::format("{}", each.port) : fmt::format("{}-{}", each.port, each.last_port);
    table.add(
        {port, each.probe ? each.protocol : "not probed", yes_or_no(each.mtls),
         or_dash(each.certificate) + (each.ecdsa ? " (RSA, ECDSA)" : ""), or_dash(each.client_store),
         or_dash(each.tls13_from), each.evidence.confidence, printable(each.evidence.source), printable(each.service)},
        remarks({with_label("never below", each.tls_floor), each.evidence.note}));
  }
  table.print("Interfaces", console.columns, console.out);
}

void print_client_services(const upgrade::Product& product, Console& console) {
  Table table({"SERVICE", "STORE", "VERIFIES", "CHECKS NAME", "CERTIFICATE", "CONFIDENCE", "SOURCE", "DEFAULT FOR"});
  for (const upgrade::CatalogueClientService& each : product.client_services) {
    table.add(
        {printable(each.name), or_dash(each.store), yes_or_no(each.verifies), yes_or_no(each.checks_name),
         or_dash(each.certificate), each.evidence.confidence, printable(each.evidence.source), or_dash(each.protocol)},
        remarks({each.evidence.note}));
  }
  table.print("Client services", console.columns, console.out);
}

void print_settings(const upgrade::Product& product, Console& console) {
  Table table({"SETTING", "KIND", "CONFIDENCE", "SOURCE", "DEFAULT"});
  for (const upgrade::CatalogueSetting& each : product.settings) {
    table.add({printable(each.name), each.kind, each.evidence.confidence, printable(each.evidence.source),
               or_dash(each.default_value)},
              remarks({each.effect, with_label("values", fmt::format("{}", fmt::join(each.values, ", "))),
                       each.evidence.note}));
  }
  table.print("Settings", console.columns, console.out);
}

void print_mends(const upgrade::Product& product, Console& console) {
  Table table({"MEND", "ABOUT", "IMPACT", "CONFIDENCE", "SOURCE", "RESTARTS"});
  for (const upgrade::CatalogueMend& each : product.mends) {
    const std::string setting = each.setting.empty() ? "" : fmt::format("{} = {}", each.setting, each.value);
    const std::string& about = !setting.empty() ? setting : each.certificate.empty() ? each.change : each.certificate;
    table.add({each.kind, or_dash(about), each.impact ? fmt::format("{}", *each.impact) : "-", each.evidence.confidence,
               printable(each.evidence.source), or_dash(each.restarts)},
              remarks({each.what, with_label("for", fmt::format("{}", fmt::join(each.reasons, ", "))),
                       with_label("needs", each.precondition), with_label("path", each.path),
                       with_label("undo", each.undo)}));
  }
  table.print("Mends", console.columns, console.out);
}

void print_inquiries(const upgrade::Product& product, Console& console) {
  Table table({"NOT KNOWN", "OF THE", "MINUTES", "CONFIDENCE", "SOURCE"});
  for (const upgrade::CatalogueInquiry& each : product.inquiries) {
    table.add({each.about, each.end.empty() ? "either end" : each.end, fmt::format("{}", each.minutes),
               each.evidence.confidence, printable(each.evidence.source)},
              remarks({each.path, each.evidence.note}));
  }
  table.print("How to find out", console.columns, console.out);
}

void print_models(const upgrade::Product& product, Console& console) {
  Table table({"MODELS", "TLSV1.3", "HIGHEST", "CONFIDENCE", "SOURCE"});
  for (const upgrade::CatalogueModel& each : product.models) {
    table.add({printable(fmt::format("{}", fmt::join(each.names, ", "))), or_dash(each.tls13_from),
               or_dash(each.highest), each.evidence.confidence, printable(each.evidence.source)},
              remarks({each.evidence.note}));
  }
  table.print("Models", console.columns, console.out);
}

void print_releases(const upgrade::Product& product, Console& console) {
  Table table({"RELEASE", "BUILD", "CONFIDENCE", "SOURCE", "NOTE"});
  for (const upgrade::CatalogueRelease& each : product.releases) {
    table.add({printable(each.name), or_dash(each.build), each.evidence.confidence, printable(each.evidence.source),
               printable(each.note)},
              {});
  }
  table.print("Releases", console.columns, console.out);
}

void print_product(const upgrade::Product& product, Console& console) {
  const upgrade::Evidence& evidence = product.tls13_evidence;
  console.out << fmt::format("{}: {} ({})\n", product.id, printable(product.name), printable(product.origin));
  if (!evidence.source.empty()) {
    console.out << fmt::format("TLSv1.3 from {}, recommended {} ({}: {})\n",
                               product.tls13_from.empty() ? "?" : printable(product.tls13_from),
                               or_dash(product.recommended_from), evidence.confidence, printable(evidence.source));
    print_wrapped(evidence.note, 6, console.columns, console.out);
  }
  if (product.endpoint) console.out << "Probed only when named.\n";
  print_interfaces(product, console);
  print_client_services(product, console);
  print_settings(product, console);
  print_mends(product, console);
  print_inquiries(product, console);
  print_models(product, console);
  print_releases(product, console);
}

void print_list(const upgrade::Catalogue& catalogue, Console& console) {
  Table table({"PRODUCT", "TLSV1.3 FROM", "INTERFACES", "NAME"});
  for (const auto& [id, product] : catalogue.products()) {
    const std::string origin = product.origin == "built in" ? "" : fmt::format(" ({})", printable(product.origin));
    table.add({id, or_dash(product.tls13_from), fmt::format("{}", product.interfaces.size()),
               printable(product.name) + origin},
              {});
  }
  table.print("", console.columns, console.out);
}

Result<void> export_files(const std::filesystem::path& folder) {
  std::error_code trouble;
  std::filesystem::create_directories(folder, trouble);
  if (trouble) return fail(ErrorCode::io, fmt::format("{}: {}", folder.string(), trouble.message()));
  for (const EmbeddedFile& file : upgrade::catalogue_files()) {
    if (std::filesystem::exists(folder / file.name, trouble)) {
      return fail(ErrorCode::invalid_input,
                  fmt::format("{} is there already; name an empty folder", (folder / file.name).string()));
    }
  }
  for (const EmbeddedFile& file : upgrade::catalogue_files()) {
    const std::filesystem::path path = folder / file.name;
    std::ofstream out(path, std::ios::binary);
    std::filesystem::permissions(path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write,
                                 trouble);
    out << file.text;
    out.close();
    if (!out) return fail(ErrorCode::io, path.string() + " cannot be written; mind space and permissions");
  }
  return {};
}

Result<ExitCode> run(const po::variables_map& options, Console& console) {
  if (options.contains("export")) {
    if (auto exported = export_files(options["export"].as<std::string>()); !exported) {
      return tl::unexpected(exported.error());
    }
    return ExitCode::done;
  }
  const auto catalogue = options.contains("catalogue")
                             ? upgrade::Catalogue::with(options["catalogue"].as<std::string>())
                             : upgrade::Catalogue::built_in();
  if (!catalogue) return tl::unexpected(catalogue.error());
  if (!options.contains("product")) {
    print_list(*catalogue, console);
    return ExitCode::done;
  }
  std::vector<std::string_view> known;
  for (const auto& [id, product] : catalogue->products()) known.push_back(id);
  const auto& asked = options["product"].as<std::vector<std::string>>();
  for (const std::string& id : asked) {
    if (!catalogue->find(id)) {
      return fail(ErrorCode::not_found,
                  fmt::format("there is no product {}{}", id.substr(0, 80), upgrade::did_you_mean(id, known)));
    }
  }
  for (const std::string& id : asked) {
    if (&id != &asked.front()) console.out << '\n';
    print_product(*catalogue->find(id), console);
  }
  return ExitCode::done;
}

}  // namespace

const Command kCatalogueCommand = {
    .name = "catalogue",
    .summary = "list the products that are known, or show what is known of one",
    .usage = "[--catalogue DIR] [--export DIR] [PRODUCT...]",
    .examples =
        "  ucready catalogue\n"
        "  ucready catalogue cucm\n"
        "  ucready catalogue --export my-catalogue\n"
        "  ucready catalogue --catalogue my-catalogue expressway-c\n",
    .positional = "product",
    .add_options = add_options,
    .run = run,
};

}  // namespace ucready::scanner
