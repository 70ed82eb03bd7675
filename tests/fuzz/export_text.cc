// Every importer on any bytes, whether it would recognise them or not: the first byte chooses.
#include <cstdlib>

#include "core/bytes.h"
#include "imports/export_walk.h"
#include "imports/importer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ucready::imports;
  if (size == 0) return 0;
  const auto importers = all_importers();
  const Importer* const importer = importers[data[0] % importers.size()];
  const std::string_view text = ucready::as_text({data + 1, size - 1});
  importer->recognises(text.substr(0, kHeadBytes));
  MemorySource source(text);
  PeekedSource peeked(source, 64);
  Told told;
  told.path = "ca_export.pem";
  importer->read(peeked, told);
  // Bounds and promises: what is told has a name, and hops have somebody to call.
  if (told.unknown.size() > kMostUnknownShown || told.facts.size() > kMostTold + 8) std::abort();
  for (const ToldFact& fact : told.facts) {
    if (fact.name.empty() || fact.value.empty() || fact.line < 0) std::abort();
  }
  for (const ToldHop& hop : told.hops) {
    if (hop.host.empty() || hop.port == 0) std::abort();
  }
  for (const ToldPool& pool : told.pools) {
    if (pool.name.empty()) std::abort();
  }
  for (const ToldGroupMember& member : told.members) {
    if (member.group.empty() || member.node.empty() || member.priority < 0) std::abort();
  }
  for (const ToldSrst& srst : told.srsts) {
    if (srst.host.empty() || srst.sip_host.empty()) std::abort();
  }
  for (const ToldUser& user : told.users) {
    if (user.name.empty()) std::abort();
  }
  for (const ToldIdentity& identity : told.identities) {
    if (identity.chain.empty() || identity.identity.empty()) std::abort();
  }
  return 0;
}
