// One row of a table of CUCM's configuration, whichever way it was exported: SQL, XML or CSV. A row is known by the
// names of its columns, which differ by release and by way; what is known of them by hearsay is marked in
// docs/import.md.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "imports/told.h"

namespace ucready::imports {

// Names of columns in small letters, with nothing but letters and digits: "devicename", "x509subjectname".
std::string column_name(std::string_view text);

using TableRow = std::map<std::string, std::string, std::less<>>;

// Whether a column of that name is ever looked at: of four hundred a dozen are.
bool is_looked_at(std::string_view column);

// False: none of its columns say what it is; nothing of it is kept.
bool take_row(const TableRow& row, int line, Told& told);

}  // namespace ucready::imports
