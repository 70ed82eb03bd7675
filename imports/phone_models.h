// Models of phones as systems write them.
#pragma once

#include <string>
#include <string_view>

namespace ucready::imports {

// "8845" of "Cisco 8845" and of 36224, the number that the database and the real-time service have for it; others as
// they are written.
std::string phone_model(std::string_view text);

}  // namespace ucready::imports
