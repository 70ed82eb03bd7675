// Owners of what C libraries hand out: freed by the function that is named once, with the type.
#pragma once

#include <memory>

namespace ucready {

template <auto Free>
struct CFree {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};

template <typename T, auto Free>
using CHandle = std::unique_ptr<T, CFree<Free>>;

}  // namespace ucready
