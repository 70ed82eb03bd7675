// The site file a customer would write for the estate: what is to be scanned, trusted, connected and upgraded.
#pragma once

#include <filesystem>

#include "estate.h"
#include "pki.h"

namespace ucready::lab {

// Paths in it are relative to its folder.
void write_site_file(const Estate& estate, Pki& pki, int port_offset, const std::filesystem::path& file);

}  // namespace ucready::lab
