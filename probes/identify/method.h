// How to learn what a system is without logging in: one question, one answer that tells product or release.
//
// To add a method: write identify/<name>.cc beside the others, and add its row to the table in method.cc. Nothing else
// in the program names methods one by one. docs/identification.md says where each answer is known from.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "db/interface_observation.h"
#include "probes/target.h"

namespace ucready::probes {

// What one answer told. Of what a server says only this gets through: products are words of this program, a release is
// short and of harmless characters.
struct Identity {
  std::string products;  // "cuc"; "expressway-c,expressway-e" where the answer fits both; empty: not told.
  std::string release;   // As the system writes it; it may be the beginning of one: "14.0.1". Empty: not told.

  bool operator==(const Identity&) const = default;
};

struct Heard {
  std::string_view answer;  // At most 64 kB, and perhaps cut anywhere; empty for a method that asks nothing.
  const db::InterfaceObservation& seen;
};

struct Method {
  std::string_view name;                        // As in v_interface.identified_by.
  std::span<const std::string_view> protocols;  // At whose interfaces it is asked; empty: at any.
  std::span<const std::string_view> products;   // That it can tell.
  enum class Way {
    clear,       // What the service says before any TLS.
    inside_tls,  // After the dialect's conversation and a finished handshake.
    from_seen,   // Nothing is asked: what the scan saw is enough.
  } way = Way::inside_tls;
  bool broad = false;          // Tells one product from many: asked first where nothing is known, else last.
  bool tells_release = false;  // Worth asking where the product is known already.

  // What is sent; nullptr: nothing, the service speaks first.
  std::string (*request)(const Target&) = nullptr;
  // The answer needs no more bytes; nullptr: it is whole when the connection ends.
  bool (*whole)(std::string_view answer) = nullptr;
  // Pure, and total: any bytes may come.
  Identity (*read)(const Heard&) = nullptr;
};

std::span<const Method> all_methods();
const Method* method_named(std::string_view name);

// An item of a list with commas.
bool is_listed(std::string_view list, std::string_view item);

}  // namespace ucready::probes
