// A database that holds nothing yet, as the build made it (make_empty_database.cc): to go through all steps of the
// schema takes longer than to ask a server all there is to ask.
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace ucready::db {

// Puts it there with mode 0600, at one go: others see no file or the whole of it, and a process that is killed leaves
// none. False: nothing was done, as a file of that name is there, or this disk cannot do it, or something is wrong that
// SQLite will meet too and tell.
bool put_empty_database(const std::filesystem::path& path);

// Its tables, views and indices by name, each with the statement that makes it.
const std::map<std::string, std::string>& expected_objects();

}  // namespace ucready::db
