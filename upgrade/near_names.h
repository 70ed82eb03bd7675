// "Did you mean": names close to a word that is none.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ucready::upgrade {

// The nearest, at most three that are equally near. A name is near when a few letters differ or it begins with the
// word.
std::vector<std::string_view> near_names(std::string_view word, std::span<const std::string_view> names);

// "; did you mean A or B?", or, when nothing is close, "; known: A, B, C" with all names. Ready to end an error
// message.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> names);

}  // namespace ucready::upgrade
