// Servers as no RFC wants them, and as every network has them. To add one: a function and its row in misbehaviour.cc.
#pragma once

#include <string_view>

#include "connection.h"

namespace ucready::lab {

struct Misbehaviour {
  std::string_view name;
  void (*perform)(Connection& connection);  // Begins where a well-behaved server would wait for the ClientHello.
};

const Misbehaviour* find_misbehaviour(std::string_view name);

}  // namespace ucready::lab
