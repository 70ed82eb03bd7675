// Files that only their owner may read: a scan tells where an estate is weak.
#pragma once

#include <filesystem>

#include "core/result.h"

namespace ucready::db {

// Makes an empty file with mode 0600. False: a file of that name is there already.
Result<bool> create_private_file(const std::filesystem::path& path);

}  // namespace ucready::db
