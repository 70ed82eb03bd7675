// What readers of rows ask of a row: the first of some columns that says something. Every name that is asked for
// stands in the list of is_looked_at(), which a test holds.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "imports/table_rows.h"

namespace ucready::imports {

using ColumnNames = std::span<const std::string_view>;

// Trimmed; empty: none of them says anything.
std::string cell(const TableRow& row, ColumnNames names);
std::string cell(const TableRow& row, std::initializer_list<std::string_view> names);
bool has(const TableRow& row, ColumnNames names);
bool has(const TableRow& row, std::initializer_list<std::string_view> names);

// "t", "true", "1", "yes", "on".
bool is_true(std::string_view text);

// The profile of a trunk or a phone, whichever way it is named.
inline constexpr std::string_view kProfileColumns[] = {"securityprofile",         "securityprofilename",
                                                       "devicesecurityprofile",   "phonesecurityprofile",
                                                       "siptrunksecurityprofile", "profile",
                                                       "securityprofiletype"};

// Each tells whether the row is of its kind; then what it says is kept. By file: phone_rows.cc, client_rows.cc.
bool take_phone(const TableRow& row, int line, Told& told);
bool take_pool(const TableRow& row, int line, Told& told);
bool take_group_member(const TableRow& row, int line, Told& told);
bool take_srst(const TableRow& row, int line, Told& told);
bool take_application_user(const TableRow& row, int line, Told& told);
bool take_database(const TableRow& row, int line, Told& told);
bool take_calendar(const TableRow& row, int line, Told& told);

}  // namespace ucready::imports
