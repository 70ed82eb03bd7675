// Runs a piece of a test in a child process, away from what must not happen to the test itself.
#pragma once

#include <functional>
#include <string>

namespace ucready::db {

// What `work` returned; "child died" when it ended otherwise.
std::string in_child(const std::function<std::string()>& work);
// The same as the user nobody where the test runs as root, whom no file mode holds back.
std::string as_ordinary_user(const std::function<std::string()>& work);

}  // namespace ucready::db
