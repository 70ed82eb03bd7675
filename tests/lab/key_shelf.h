// Private keys, made once per owner and kind and kept on disk: RSA keys are slow to make.
#pragma once

#include <filesystem>
#include <string>

#include "handles.h"

namespace ucready::lab {

class KeyShelf {
 public:
  explicit KeyShelf(std::filesystem::path folder);

  // The owner's key of that kind ("rsa2048", "p384", ...), from disk or new.
  [[nodiscard]] Key key(const std::string& owner, const std::string& kind) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace ucready::lab
