// What the importer that recognises a text makes of it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "imports/told.h"

namespace ucready::imports {

// Of a file under that path. A test fails where nothing recognises it.
Told tell(std::string_view text, const std::string& path = "export.txt");

// "tls_min=TLSv1.0@2", in the order told; of another node "sub1 address=10.0.0.2@4"; of a service "[sip-zone] ...".
std::vector<std::string> facts_of(const Told& told);
// "sip-trunk -> 10.0.0.9:5061 sip-tls encrypted@3"
std::vector<std::string> hops_of(const Told& told);

}  // namespace ucready::imports
