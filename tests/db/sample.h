// What the tests of this room start from: a folder of their own, and an interface as a scan sees it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "db/database.h"
#include "db/interface_observation.h"

namespace ucready::db {

// A folder that is removed with all its files.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

Database open_new(const std::filesystem::path& path);

// The rows of a query, columns joined by '|', NULL as "NULL".
std::vector<std::string> rows_of(const Database& database, const std::string& sql);
std::vector<std::string> rows_of(const std::filesystem::path& file, const std::string& sql);

CertificatePtr make_certificate(const std::string& name, const std::string& key_type = "rsa");

// hq-cucm/cucm-pub at 10.0.0.11: TLSv1.2 and TLSv1.3 accepted, one RSA chain of leaf and CA at each.
InterfaceObservation make_observation(std::uint16_t port = 8443);

}  // namespace ucready::db
