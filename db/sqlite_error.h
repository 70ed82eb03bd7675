// Turns what SQLite throws into the one clause a person reads.
#pragma once

#include <SQLiteCpp/Exception.h>

#include <filesystem>
#include <string>
#include <utility>

#include "core/result.h"

struct sqlite3;

namespace ucready::db {

// `handle` may be null; with it the operating system's reason is known.
Error describe(const SQLite::Exception& trouble, const std::filesystem::path& path, sqlite3* handle);

// Runs `work`, which talks to SQLite, and gives its value or the trouble it met.
template <typename Work>
auto guarded(const std::filesystem::path& path, sqlite3* handle, Work&& work) -> Result<decltype(work())> {
  try {
    if constexpr (std::is_void_v<decltype(work())>) {
      std::forward<Work>(work)();
      return {};
    } else {
      return std::forward<Work>(work)();
    }
  } catch (const SQLite::Exception& trouble) {
    return tl::unexpected<Error>(describe(trouble, path, handle));
  }
}

}  // namespace ucready::db
