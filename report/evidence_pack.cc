#include "report/evidence_pack.h"

#include <fmt/format.h>

#include <cctype>
#include <functional>

#include "core/printable.h"
#include "db/sqlite_error.h"
#include "db/waivers.h"
#include "passive/sanitised_capture.h"
#include "report/json_text.h"
#include "report/output_file.h"
#include "report/rows.h"
#include "trust/pem_text.h"

namespace ucready::report {
namespace {

namespace fs = std::filesystem;

// Where the finding points: a listener, and the client where it is about a hop. Empty or 0: any.
struct Subject {
  std::string cluster;
  std::string node;
  std::string address;
  std::string port = "0";
  std::string client;
};

// What becomes part of a file's name; the database may come from anywhere.
std::string name_part(std::string text) {
  std::erase_if(text, [](unsigned char c) { return std::isalnum(c) == 0 && c != '.'; });
  constexpr std::size_t kLongest = 16;
  return text.substr(0, kLongest);
}

// "hq-cucm:5061", "hq-cucm/pub:5061"
void read_server(const std::string& text, Subject& subject) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return;
  if (subject.port == "0") subject.port = text.substr(colon + 1);
  if (!subject.cluster.empty()) return;
  const std::string name = text.substr(0, colon);
  const std::size_t slash = name.find('/');
  subject.cluster = name.substr(0, slash);
  if (slash != std::string::npos) subject.node = name.substr(slash + 1);
}

class Pack {
 public:
  Pack(const db::Database& database, std::string finding, fs::path folder)
      : database_(database), finding_(std::move(finding)), folder_(std::move(folder)) {}

  Result<std::vector<EvidenceFile>> write() {
    read_subject();
    const std::vector<std::string> of_finding = {finding_};
    add_rows(
        "finding.json", "The finding, run by run, the newest last.",
        "SELECT f.*, h.first_seen, h.last_seen FROM v_finding AS f LEFT JOIN finding_history AS h USING (finding_id)"
        " WHERE f.finding_id = ? ORDER BY f.run_id",
        of_finding);
    add_listener();
    add_told();
    add_clients();
    add_trust();
    add_forecast();
    write_contents();
    if (trouble_) return tl::unexpected<Error>(*trouble_);
    return std::move(files_);
  }

 private:
  [[nodiscard]] Rows rows(const std::string& sql, const std::vector<std::string>& parameters) const {
    return Rows(database_.handle(), sql, parameters);
  }

  void read_subject() {
    Rows found = rows("SELECT * FROM v_finding WHERE finding_id = ? ORDER BY run_id DESC LIMIT 1", {finding_});
    if (!found.next()) return;
    subject_ = {.cluster = found.text("cluster"),
                .node = found.text("node"),
                .address = found.text("address"),
                .client = found.text("hop_client")};
    if (const auto port = found.integer("port")) subject_.port = std::to_string(*port);
    read_server(found.text("hop_server"), subject_);
    subject_.client = subject_.client.substr(0, subject_.client.find('/'));
    rule_ = found.text("rule");
    title_ = found.text("title");
    site_ = found.text("site");
    run_ = found.text("run_id");
  }

  // ?1 cluster, ?2 node, ?3 address, ?4 port, ?5 site.
  [[nodiscard]] std::vector<std::string> listener() const {
    return {subject_.cluster, subject_.node, subject_.address, subject_.port, site_};
  }
  static constexpr const char* kListener =
      " site = ?5 AND (?1 = '' OR cluster = ?1) AND (?2 = '' OR node = ?2) AND (?3 = '' OR address = ?3)"
      " AND (?4 = '0' OR port = CAST(?4 AS INTEGER)) AND ?1 || ?3 <> ''";
  static constexpr const char* kNewestScan =
      " run_id = (SELECT max(run_id) FROM run WHERE kind = 'scan' AND site = ?5)";

  void add_listener() {
    const std::string where = std::string(kListener) + " AND" + kNewestScan;
    add_rows("listener.json", "What the newest scan found at each version.",
             "SELECT * FROM v_interface_version WHERE" + where, listener());
    add_rows("certificates.json", "The chains that the listener showed, position 0 the leaf.",
             "SELECT * FROM v_interface_certificate WHERE" + where, listener());
    add_pem("certificates.pem", "v_interface_certificate AS v", where, listener());
    Rows answers = rows("SELECT version, bytes FROM answer_flight WHERE" + where + " LIMIT 64", listener());
    for (int n = 1; answers.next(); ++n)
      add(fmt::format("answer-{}-{}.bin", n, name_part(answers.text("version"))),
          "TLS records as the listener sent them.", answers.text("bytes"));
  }

  void add_told() {
    const std::string where = " v.told AND v.run_id = ?1 AND v.cluster = ?2 AND v.node = ?3 AND ?2 <> ''";
    const std::vector<std::string> parameters = {run_, subject_.cluster, subject_.node};
    add_rows("told-certificates.json", "Certificates that somebody told of and no scan saw when the run was judged.",
             "SELECT v.* FROM v_certificate_in_use AS v WHERE" + where, parameters);
    add_pem("told-certificates.pem", "v_certificate_in_use AS v", where, parameters);
  }

  void add_pem(const std::string& name, const std::string& view, const std::string& where,
               const std::vector<std::string>& parameters) {
    std::string pem;
    Rows ders = rows("SELECT DISTINCT v.sha256, v.subject, c.der FROM " + view +
                         " JOIN certificate AS c USING (sha256) WHERE" + where,
                     parameters);
    while (ders.next())
      pem += printable(ders.text("subject")) + "\n" + trust::pem_of(as_bytes(ders.text("der"))) + "\n";
    add(name, "The same certificates, each once.", pem);
  }

  // Of the newest capture. Clients and servers of sessions are clusters, or addresses where none is known.
  static constexpr const char* kSessions =
      " k.run_id = (SELECT max(run_id) FROM run WHERE kind = 'capture' AND site = ?5)"
      " AND (?1 = '' OR k.server = ?1) AND (?2 = '' OR k.server_node = ?2) AND (?3 = '' OR k.server_address = ?3)"
      " AND (?4 = '0' OR k.server_port = CAST(?4 AS INTEGER)) AND (?6 = '' OR k.client = ?6)"
      " AND ?1 || ?3 || ?6 <> ''";

  void add_clients() {
    std::vector<std::string> parameters = listener();
    parameters.push_back(subject_.client);
    const std::string where = kSessions;
    add_rows("sessions.json", "Connections of one kind together, as the newest capture saw them.",
             "SELECT k.* FROM v_session_kind AS k WHERE" + where, parameters);
    Rows hellos = rows(
        "SELECT DISTINCT o.offer_id, o.hello FROM session_kind AS k JOIN client_offer AS o USING (offer_id)"
        " WHERE" +
            where + " LIMIT 200",
        parameters);
    while (hellos.next())
      add(fmt::format("hello-{}.bin", name_part(hellos.text("offer_id"))),
          "A ClientHello message (RFC 8446 section 4), as a client sent it.", hellos.text("hello"));
    add_capture(where, parameters);
  }

  void add_capture(const std::string& where, const std::vector<std::string>& parameters) {
    Rows sessions = rows(
        "SELECT s.started_us, s.client_port, k.client_address, k.server_address, k.server_port, b.bytes"
        " FROM session_kind AS k JOIN capture_source AS f ON f.run_id = k.run_id JOIN session AS s ON"
        " s.source = f.source AND s.kind = k.kind JOIN session_bytes AS b ON b.n = s.n WHERE" +
            where + " ORDER BY s.started_us LIMIT 200",
        parameters);
    std::unique_ptr<passive::SanitisedCapture> capture;
    while (sessions.next()) {
      const auto client = parse_ip_address(sessions.text("client_address"));
      const auto server = parse_ip_address(sessions.text("server_address"));
      if (!client || !server) continue;
      if (!capture) {
        auto made = passive::SanitisedCapture::create((folder_ / "handshakes.pcap").string(), false);
        if (!made) return fail_with(made.error());
        capture = std::move(*made);
        files_.push_back(
            {"handshakes.pcap", "Handshakes that failed, written anew: TLS and times are real, headers made up."});
      }
      db::SessionObservation session;
      session.started_ns = sessions.integer("started_us").value_or(0) * 1000;
      session.client = {*client, static_cast<std::uint16_t>(sessions.integer("client_port").value_or(0))};
      session.server = {*server, static_cast<std::uint16_t>(sessions.integer("server_port").value_or(0))};
      const std::string bytes = sessions.text("bytes");
      if (auto added = capture->add(session, as_bytes(bytes)); !added) return fail_with(added.error());
    }
    if (!capture) return;
    if (auto finished = capture->finish(); !finished) fail_with(finished.error());
  }

  void add_trust() {
    std::vector<std::string> parameters = {subject_.cluster, subject_.client, site_};
    const std::string where =
        " FROM newest_store AS n JOIN v_trust AS t ON t.run_id = n.run_id AND t.cluster = n.cluster"
        " AND t.node = n.node AND t.store = n.store WHERE t.cluster <> '' AND t.cluster IN (?1, ?2) AND n.site IN (?3, "
        "'')";
    add_rows("trust.json", "What the stores of the two ends hold, as far as is known.", "SELECT t.*" + where,
             parameters);
  }

  void add_forecast() {
    if (subject_.client.empty() || subject_.cluster.empty()) return;
    add_rows(
        "forecast.json", "The hop, wave by wave, in the newest plan.",
        "SELECT * FROM v_forecast WHERE run_id = (SELECT max(run_id) FROM run WHERE kind = 'plan' AND site = ?4) AND"
        " client = ?1 AND server = ?2 AND (?3 = '0' OR port = CAST(?3 AS INTEGER)) ORDER BY wave",
        {subject_.client, subject_.cluster, subject_.port, site_});
  }

  void write_contents() {
    std::string text =
        fmt::format("Evidence of finding {} ({}): {}\n\n", printable(finding_), printable(rule_), printable(title_));
    for (const EvidenceFile& file : files_) text += fmt::format("{:<28} {}\n", file.name, file.what);
    text += "\nNames and addresses are the real ones. Read it before you send it.\n";
    add("CONTENTS.txt", "This list.", text);
  }

  // Nothing where there are no rows.
  void add_rows(const std::string& name, const char* what, const std::string& sql,
                const std::vector<std::string>& parameters) {
    if (Rows some = rows(sql, parameters); !some.next()) return;
    add(name, what, [&](std::ostream& out) { write_json_objects(rows(sql, parameters), out); });
  }

  void add(const std::string& name, const char* what, const std::string& content) {
    if (!content.empty()) add(name, what, [&](std::ostream& out) { out << content; });
  }

  void add(const std::string& name, const char* what, const std::function<void(std::ostream&)>& write) {
    if (trouble_) return;
    auto file = OutputFile::create(folder_ / name);
    if (!file) return fail_with(file.error());
    write(file->stream());
    if (auto kept = file->commit(); !kept) return fail_with(kept.error());
    files_.push_back({name, what});
  }
  void fail_with(const Error& error) {
    if (!trouble_) trouble_ = error;
  }

  const db::Database& database_;
  const std::string finding_;
  const fs::path folder_;
  Subject subject_;
  std::string rule_;
  std::string title_;
  std::string site_;
  std::string run_;  // The newest that has the finding.
  std::vector<EvidenceFile> files_;
  std::optional<Error> trouble_;
};

}  // namespace

Result<std::vector<EvidenceFile>> write_evidence_pack(const db::Database& database, const std::string& finding,
                                                      const fs::path& folder) {
  const auto id = db::finding_named(database, finding);
  if (!id) return tl::unexpected<Error>(id.error());
  std::error_code error;
  fs::create_directories(folder, error);
  if (error || !fs::is_directory(folder))
    return fail(ErrorCode::io,
                printable(fmt::format("{}: cannot be made a folder: {}", folder.string(), error.message())));
  if (!fs::is_empty(folder, error))
    return fail(ErrorCode::invalid_input,
                printable(folder.string()) + ": there is something in it; name another folder");
  fs::permissions(folder, fs::perms::owner_all, error);
  auto written =
      db::guarded(database.path(), database.handle().getHandle(), [&] { return Pack(database, *id, folder).write(); });
  if (!written) return tl::unexpected<Error>(written.error());
  return std::move(*written);
}

}  // namespace ucready::report
