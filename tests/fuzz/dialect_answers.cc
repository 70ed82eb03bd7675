// What a server says before TLS, through the readers of the dialects. The first byte chooses the reader.
#include "probes/dialect/ldap_answer.h"
#include "probes/dialect/mysql_greeting.h"
#include "probes/dialect/postgresql_error.h"
#include "probes/dialect/tds_packet.h"
#include "probes/dialect/xml_tags.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ucready;
  ByteReader reader(ByteView(data, size));
  const std::uint8_t choice = reader.u8();
  const ByteView rest = reader.rest();
  switch (choice % 5) {
    case 0:
      (void)probes::read_ldap_answer(rest);
      break;
    case 1:
      (void)probes::read_mysql_greeting(rest);
      break;
    case 2:
      if (const auto packet = probes::read_tds_packet(rest); packet && *packet) {
        (void)probes::read_tds_encryption((*packet)->payload);
      }
      break;
    case 4:
      (void)probes::read_postgresql_error(rest);
      break;
    default:
      probes::XmlTags tags(as_text(rest));
      for (auto tag = tags.next(); tag && *tag; tag = tags.next()) {
      }
  }
  return 0;
}
