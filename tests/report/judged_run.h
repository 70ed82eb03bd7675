// A run of literal observations in a database of its own, judged by the built-in rules.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/words.h"
#include "db/database.h"
#include "db/interface_observation.h"
#include "db/run_writer.h"

namespace ucready::report {

// A moment so many days from now, as certificates have it.
std::string days_from_now(int days);

// A healthy leaf of hq-cucm's publisher: RSA 2048, SHA-256, a year to go, both key usages, issued by
// "CN=NW-Issuing-CA".
Certificate healthy_leaf();
Certificate healthy_intermediate();  // "CN=NW-Issuing-CA" by "CN=NW-Root".
Certificate healthy_root();          // "CN=NW-Root".

// A healthy interface: 8443 of hq-cucm/cucm-pub at 10.0.0.11, product cucm, TLS 1.2 and 1.3, a healthy chain at both.
db::InterfaceObservation healthy_interface();
db::VersionObservation accepted(tls::Version version, std::string_view suite);
db::VersionObservation answered(tls::Version version, db::VersionOutcome outcome);
// Each version's chain replaced by this one.
void present(db::InterfaceObservation& interface, const std::vector<Certificate>& chain);

struct Finding {
  std::string id;
  std::string severity;
  std::string title;
  std::string evidence;
  std::string remedy;
  std::string confidence;
  int port = 0;
  std::optional<int> wave;
};

class JudgedRun {
 public:
  explicit JudgedRun(std::string site = "hq");
  ~JudgedRun();

  void know(Fact fact);            // Before the first judge().
  void order(db::OrderStep step);  // The same.
  void connect(db::DeclaredHop hop);
  void see(const db::InterfaceObservation& interface);
  void hold(db::TrustObservation store);
  // Presented, as the site file says (or what is imported, see judge_import) of that place.
  void tell(db::DeclaredChain place, const std::vector<Certificate>& chain);
  // Stores the run and runs every built-in rule; again: a new run of the same site with what was seen since.
  void judge(db::RunStatus status = db::RunStatus::done);
  // The same as an import of one export, "pub.json", which tells the product of its cluster.
  void judge_import(const std::string& product = "cucm");
  // The same as a capture of these sessions, all of one client with one server.
  void judge_capture(const std::vector<db::SessionObservation>& sessions, const db::HopEnds& ends = {});

  // As the report of the newest runs counts them.
  [[nodiscard]] std::size_t reported(const std::string& rule) const;
  [[nodiscard]] std::vector<Finding> findings(const std::string& rule) const;  // Of the newest run.
  [[nodiscard]] std::vector<std::string> rules_that_fired() const;             // The same, each once, ordered.
  [[nodiscard]] const db::Database& database() const { return *database_; }
  [[nodiscard]] db::Database& database() { return *database_; }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

 private:
  void finish_and_judge(db::RunWriter& writer, db::RunStatus status);

  std::filesystem::path folder_;
  std::string site_;
  std::vector<Fact> facts_;
  std::vector<db::OrderStep> order_;
  std::vector<db::DeclaredHop> hops_;
  std::vector<db::InterfaceObservation> seen_;
  std::vector<db::TrustObservation> stores_;
  std::vector<db::DeclaredChain> chains_;
  std::optional<db::Database> database_;
  std::string run_id_;
};

}  // namespace ucready::report
