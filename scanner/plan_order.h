// The order of a plan: that of --order, else the site's own.
#pragma once

#include <boost/program_options/variables_map.hpp>
#include <vector>

#include "core/words.h"
#include "db/run_writer.h"
#include "scanner/command.h"
#include "scanner/site_file.h"

namespace ucready::scanner {

// Warnings of the file go to the console's err. `own` is given back where there is no --order.
Result<std::vector<db::OrderStep>> order_of_plan(const boost::program_options::variables_map& values,
                                                 const std::vector<SiteCluster>& clusters,
                                                 const upgrade::Catalogue& catalogue, std::vector<db::OrderStep> own,
                                                 Console& console);

// The clusters that a database knows, as far as an order asks for them.
std::vector<SiteCluster> clusters_of(const std::vector<Fact>& facts);

}  // namespace ucready::scanner
