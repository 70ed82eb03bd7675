// The schema of a catalogue file over a tree that is already loaded; catalogue.h has read_product() for texts.
#pragma once

#include <yaml-cpp/yaml.h>

#include <string>

#include "core/embedded_file.h"
#include "core/result.h"
#include "upgrade/catalogue.h"

namespace ucready::upgrade {

Result<Product> read_product_tree(const YAML::Node& root, const std::string& origin);

// A file that was built in. It needs no guard against hostile YAML, which would cost a third of the program's start.
Result<Product> read_built_in_product(const EmbeddedFile& file);

}  // namespace ucready::upgrade
