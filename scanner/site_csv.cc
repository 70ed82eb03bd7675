#include "scanner/site_csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "scanner/csv_text.h"
#include "upgrade/near_names.h"

namespace ucready::scanner {
namespace {

constexpr std::string_view kColumns[] = {"site", "cluster", "product", "model", "release", "target",
                                         "node", "name",    "address", "role",  "count",   "addresses"};
constexpr std::string_view kNeeded[] = {"cluster", "product"};
constexpr int kMostEndpoints = 100'000'000;

YAML::Mark mark_of(const CsvCell& cell) {
  YAML::Mark mark;
  mark.line = cell.line;
  mark.column = cell.column;
  return mark;
}

class SiteTable {
 public:
  explicit SiteTable(SiteReading& reading) : reading_(reading) {}

  void read_header(const CsvRow& header) {
    for (const CsvCell& cell : header) {
      // "name" is the site file's word for a node's name, "node" that of the exports.
      const std::string_view column = cell.text == "name" ? "node" : std::string_view(cell.text);
      if (std::ranges::find(kColumns, column) == std::end(kColumns)) {
        fault(cell, fmt::format("unknown column {}{}", shown(cell.text), upgrade::did_you_mean(cell.text, kColumns)));
      }
      if (std::ranges::find(columns_, column) != columns_.end()) {
        fault(cell, fmt::format("two columns are named {}; remove one of them", shown(column)));
      }
      columns_.emplace_back(column);
    }
    for (const std::string_view needed : kNeeded) {
      if (std::ranges::find(columns_, needed) != columns_.end()) continue;
      fault(header.front(),
            fmt::format("the first row has no column {}; it must name the columns, {} and {} among them", shown(needed),
                        kNeeded[0], kNeeded[1]));
    }
  }

  void read_row(const CsvRow& row) {
    row_ = &row;
    if (row.size() > columns_.size()) {
      fault(row[columns_.size()],
            fmt::format("the row has {} cells, the first row only {}; remove a separator, or put the "
                        "cell in quotes",
                        row.size(), columns_.size()));
      return;
    }
    read_site_name();
    SiteCluster* const cluster = cluster_of_row();
    if (cluster == nullptr || !reading_.faults.empty()) return;
    const upgrade::Product& product = *reading_.catalogue.find(cluster->product);
    take(cluster->model, "model", *cluster);
    take(cluster->target, "target", *cluster);
    check_release(reading_, product, "target", cell("target").text, mark_of(cell("target")));
    check_release(reading_, product, "release", cell("release").text, mark_of(cell("release")));
    take_group(*cluster);
    if (cluster->release.empty() && cluster->nodes.empty()) take(cluster->release, "release", *cluster);
    if (cell("node").text.empty()) {
      if (!cell("address").text.empty()) fault(cell("address"), "an address without a node; fill the column node");
    } else {
      add_node(*cluster);
    }
  }

 private:
  void fault(const CsvCell& at, std::string_view what) { reading_.faults.add(mark_of(at), what); }

  [[nodiscard]] CsvCell cell(std::string_view column) const {
    const auto place = static_cast<std::size_t>(std::ranges::find(columns_, column) - columns_.begin());
    if (place < row_->size()) return (*row_)[place];
    return {{}, row_->front().line, row_->front().column};
  }

  void read_site_name() {
    const CsvCell site = cell("site");
    if (site.text.empty()) return;
    if (!named_) reading_.site.name = site.text;
    named_ = true;
    if (reading_.site.name != site.text) {
      fault(site, fmt::format("a second site {} beside {}; write a file for each site", shown(site.text),
                              shown(reading_.site.name)));
    }
  }

  SiteCluster* cluster_of_row() {
    const CsvCell name = cell("cluster"), product = cell("product");
    if (name.text.empty()) {
      fault(name, "the row names no cluster; fill the column cluster");
      return nullptr;
    }
    SiteCluster* cluster = reading_.find_cluster(name.text);
    if (cluster == nullptr) {
      cluster = &reading_.add_cluster(name.text, mark_of(name));
      cluster->product = product.text;
      check_product(product);
    } else if (!product.text.empty() && product.text != cluster->product) {
      differs(product, "product", cluster->product, *cluster);
    }
    return cluster;
  }

  void check_product(const CsvCell& product) {
    if (reading_.catalogue.find(product.text) != nullptr) return;
    std::vector<std::string_view> ids;
    for (const auto& [id, known] : reading_.catalogue.products()) ids.push_back(id);
    fault(product, fmt::format("unknown product {}{}", shown(product.text), upgrade::did_you_mean(product.text, ids)));
  }

  void differs(const CsvCell& at, std::string_view column, std::string_view before, const SiteCluster& cluster) {
    fault(at, fmt::format("{} {} differs from {} in an earlier row of {}; write the same, or leave it empty", column,
                          shown(at.text), shown(before), cluster.name));
  }

  // A fact of the cluster: the first row that has it tells it, the others may repeat it.
  void take(std::string& field, std::string_view column, SiteCluster& cluster) {
    const CsvCell here = cell(column);
    if (here.text.empty()) return;
    if (!field.empty() && field != here.text) differs(here, column, field, cluster);
    field = here.text;
    cluster.lines.emplace(column, here.line + 1);
  }

  void take_group(SiteCluster& cluster) {
    take(cluster.addresses, "addresses", cluster);
    check_addresses(reading_, cell("addresses").text, mark_of(cell("addresses")));
    const CsvCell here = cell("count");
    if (here.text.empty()) return;
    int count = 0;
    const char* const last = here.text.data() + here.text.size();
    const auto [end, error] = std::from_chars(here.text.data(), last, count);
    if (error != std::errc{} || end != last || count < 0 || count > kMostEndpoints) {
      fault(here, fmt::format("count {} is out of range; write 0 to {}", shown(here.text), kMostEndpoints));
    }
    if (cluster.count && *cluster.count != count) differs(here, "count", std::to_string(*cluster.count), cluster);
    cluster.count = count;
    cluster.lines.emplace("count", here.line + 1);
  }

  void add_node(SiteCluster& cluster) {
    const CsvCell name = cell("node"), address = cell("address");
    if (address.text.empty())
      fault(address, fmt::format("the node {} has no address; fill the column address", shown(name.text)));
    SiteNode node;
    node.name = name.text;
    node.line = name.line + 1;
    node.address = check_address(reading_, address.text, mark_of(address));
    node.role = cell("role").text;
    if (const CsvCell release = cell("release"); release.text != cluster.release) node.release = release.text;
    reading_.add_node(cluster, std::move(node), mark_of(name));
  }

  SiteReading& reading_;
  std::vector<std::string> columns_;
  const CsvRow* row_ = nullptr;
  bool named_ = false;
};

}  // namespace

Result<void> read_site_csv(SiteReading& reading, std::string_view text) {
  const auto rows = read_csv(text, reading.origin);
  if (!rows) return tl::unexpected(rows.error());
  if (rows->empty()) {
    reading.faults.add(YAML::Mark(),
                       "the file is empty; its first row names the columns, such as cluster,product,node,address");
    return {};
  }
  reading.site.name = reading.site.file.stem().string();
  SiteTable table(reading);
  table.read_header(rows->front());
  for (std::size_t i = 1; i < rows->size() && reading.faults.empty(); ++i) table.read_row((*rows)[i]);
  return {};
}

}  // namespace ucready::scanner
