// What a node of a product says of itself to anybody who asks: pages, greetings, names in answers. In the words that
// such systems use, as docs/identification.md has them.
#pragma once

#include <map>
#include <string>

#include "estate.h"

namespace ucready::lab {

std::map<std::string, std::string> pages_of(const NodeSpec& node);  // Bodies by path.
std::string sip_agent_of(const NodeSpec& node);                     // Of the header Server; empty: none.
std::string smtp_name_of(const NodeSpec& node);                     // Behind the host's name in the greeting.
std::string imap_name_of(const NodeSpec& node);
std::string xmpp_mechanisms_of(const NodeSpec& node);  // As they stand among the features inside TLS.

}  // namespace ucready::lab
