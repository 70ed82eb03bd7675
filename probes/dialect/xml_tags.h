// The tags of an XML stream, as far as XMPP's negotiation of TLS needs them (RFC 6120 section 5). No document is built
// and no entity is resolved; what lies between tags is passed over.
#pragma once

#include <optional>
#include <string_view>

#include "core/result.h"

namespace ucready::probes {

struct XmlTag {
  std::string_view name;  // Without prefix: "features" of <stream:features>.
  bool closes = false;    // </name>
  bool empty = false;     // <name/>
};

// Reads the tags of `text` one after the other; declarations, comments and processing instructions are passed over.
class XmlTags {
 public:
  explicit XmlTags(std::string_view text) : rest_(text) {}

  // Nothing where no whole tag is left; malformed for text that cannot be XML.
  Result<std::optional<XmlTag>> next();
  [[nodiscard]] std::string_view rest() const { return rest_; }  // Behind the last tag.

 private:
  std::string_view rest_;
};

}  // namespace ucready::probes
