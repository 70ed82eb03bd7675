// What anybody may say first inside TLS: an answer to it shows that the server went on with this client.
#pragma once

#include <string>

#include "probes/target.h"

namespace ucready::probes {

// Names nobody, asks for nothing that is kept from anybody, changes nothing. Empty where no such line is known:
// databases hear of a user first.
std::string harmless_line(const Target& target);

}  // namespace ucready::probes
