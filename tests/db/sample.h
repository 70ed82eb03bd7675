// What the tests of this room start from: a folder of their own, and an interface as a scan sees it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "db/database.h"
#include "db/interface_observation.h"
#include "tests/support/temporary_folder.h"

namespace ucready::db {

using support::TemporaryFolder;
Database open_new(const std::filesystem::path& path);

// The rows of a query, columns joined by '|', NULL as "NULL".
std::vector<std::string> rows_of(const Database& database, const std::string& sql);
std::vector<std::string> rows_of(const std::filesystem::path& file, const std::string& sql);

CertificatePtr make_certificate(const std::string& name, const std::string& key_type = "rsa");

// hq-cucm/cucm-pub at 10.0.0.11: TLSv1.2 and TLSv1.3 accepted, one RSA chain of leaf and CA at each.
InterfaceObservation make_observation(std::uint16_t port = 8443);

}  // namespace ucready::db
