// A release as a system tells it of itself, beside one that somebody wrote down.
#pragma once

#include <string>

#include "upgrade/catalogue.h"

namespace ucready::upgrade {

// False for the beginning that several releases share: a VOS system's "14.0.1" is 14, 14SU1, 14SU2, ... Also false
// where the product's rule cannot read it.
bool names_one_release(const Product& product, std::string_view told);

// Whether both can be the same release, where one of them may be less exact: "14.0.1" and 14SU3, X14.3 and X14.3.7.
// Nothing where the product's rule cannot read either.
std::optional<bool> agrees(const Product& product, std::string_view told, std::string_view written);

// The name by which it is known: `written` where that is the same release, else the catalogue's, else as it was told.
std::string name_of_release(const Product& product, const std::string& told, const std::string& written);

// Whether a release speaks TLSv1.3 by what the catalogue says of its product. Nothing where that cannot be told.
std::optional<bool> speaks_tls13(const Product& product, const std::string& release);

}  // namespace ucready::upgrade
