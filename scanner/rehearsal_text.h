// What a rehearsal tells: a line for each state, and of a disagreement both sides in full.
#pragma once

#include <iosfwd>

#include "rehearsal/programme.h"
#include "scanner/command.h"

namespace ucready::scanner {

void write_rehearsal(const rehearsal::Programme& programme, std::ostream& out, std::size_t columns);
// A row a state, in columns of the same names.
void write_rehearsal_csv(const rehearsal::Programme& programme, std::ostream& out);
void write_rehearsal_json(const rehearsal::Programme& programme, std::ostream& out);

// Disagreement outweighs all; nothing rehearsed is partly done.
ExitCode exit_code_of(const rehearsal::Programme& programme);

}  // namespace ucready::scanner
