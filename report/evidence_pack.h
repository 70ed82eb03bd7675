// All that one finding rests on, as files for a support case: what was concluded, the chains and answers of the
// listener, the hellos of its clients, their failed handshakes as a capture, who trusts what, what is forecast.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/result.h"
#include "db/database.h"

namespace ucready::report {

struct EvidenceFile {
  std::string name;
  std::string what;  // A sentence.
};

// Makes the folder (mode 0700), which must not be there or be empty, and the files in it. `finding`: an id, or so much
// of its beginning that no other has it. Names and addresses are the real ones. At most 64 answers, 200 hellos and 200
// handshakes are packed. Errors: no such finding, a folder with something in it, the disk.
Result<std::vector<EvidenceFile>> write_evidence_pack(const db::Database& database, const std::string& finding,
                                                      const std::filesystem::path& folder);

}  // namespace ucready::report
