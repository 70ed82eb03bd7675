// A rule file from anywhere: read, and where that went well compiled and run under the limits. It must not change what
// was seen.
#include <SQLiteCpp/SQLiteCpp.h>
#include <stdlib.h>

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "core/bytes.h"
#include "db/rules.h"
#include "db/run_writer.h"

namespace {

using namespace ucready;

// A database with one run of one interface, in a folder that goes with it.
class OneRun {
 public:
  OneRun() {
    auto writer = db::RunWriter::begin(database_, {"scan", "hq", "", "", {}}, {});
    db::InterfaceObservation seen;
    seen.key = {"hq", "hq-cucm", "cucm-pub", "10.0.0.11", 8443, "https"};
    if (!writer || !writer->add(seen) || !writer->finish(db::RunStatus::done)) throw std::runtime_error("no run");
    run_id_ = writer->run_id();
    before_ = state();
  }
  ~OneRun() { std::filesystem::remove_all(folder_); }

  void run(const db::Rule& rule) {
    db::RuleLimits limits;
    limits.time = std::chrono::milliseconds(50);
    limits.rows = 100;
    static_cast<void>(db::run_rules(database_, run_id_, {rule}, limits));
    if (state() != before_) abort();
  }

 private:
  static std::string new_folder() {
    std::string name = (std::filesystem::temp_directory_path() / "ucready-fuzz-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    return name;
  }
  std::string state() const {
    return database_.handle()
        .execAndGet(
            "SELECT (SELECT count(*) || status FROM run) || (SELECT count(*) || state FROM interface) || "
            "(SELECT count(*) || total(length(sql)) FROM sqlite_schema)")
        .getString();
  }

  std::string folder_ = new_folder();
  db::Database database_ = db::Database::open(folder_ + "/a.db", db::OpenMode::write).value();
  std::string run_id_;
  std::string before_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static OneRun one_run;
  const auto rule = db::read_rule(as_text({data, size}), "fuzz.sql");
  if (rule) {
    one_run.run(*rule);
  } else if (rule.error().message.find('\n') != std::string::npos) {
    abort();
  }
  return 0;
}
