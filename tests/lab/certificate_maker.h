// One X.509 certificate from a recipe, also the kinds no sane authority would issue.
#pragma once

#include <string>

#include "estate.h"
#include "handles.h"

namespace ucready::lab {

struct Signer {
  Certificate certificate;  // Empty: the certificate signs itself.
  Key key;
};

// The recipe's placeholders must be filled in already.
Certificate make_certificate(const Recipe& recipe, const Key& key, const Signer& signer);

// Midnight UTC of a day ("2027-01-10") or of a day counted from today ("+48", "-30").
std::time_t day(const std::string& text);

}  // namespace ucready::lab
