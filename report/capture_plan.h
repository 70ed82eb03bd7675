// Where and how to capture the hellos that are still missing.
#pragma once

#include <iosfwd>
#include <map>
#include <string>
#include <vector>

#include "report/hops.h"

namespace ucready::report {

using Products = std::map<std::string, std::string>;  // Of clusters by name.
Products products_of_clusters(const db::Database& database);

// A hop whose connections began before the capture, or that was declared and never seen, needs its connection opened
// anew while somebody captures. Nothing is written where no hello is missing.
void write_capture_plan(const std::vector<HopAccount>& hops, const Products& products, std::ostream& out,
                        std::size_t columns);

}  // namespace ucready::report
