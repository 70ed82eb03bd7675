// CTLFile.tlv and ITLFile.tlv as TFTP servers give them to phones.
#include "imports/importer.h"
#include "imports/text_parts.h"
#include "trust/trust_file.h"

namespace ucready::imports {

extern const Importer kTrustListFile;

namespace {

std::string common_name(const std::string& subject) {
  const auto name = after(subject, "CN=");
  return name ? lower(trimmed(name->substr(0, name->find_first_of(",;")))) : "";
}

void read(PeekedSource& source, Told& told) {
  const auto whole = read_whole(source, trust::kMostTlvBytes);
  if (!whole) return told.trouble(whole.error().message);
  const auto file = trust::read_trust_bytes(as_bytes(*whole), told.path);
  if (!file) return told.trouble(file.error().message);
  if (!file->list) return told.trouble("is no trust list");
  ToldList list;
  list.name = file->format == trust::TrustFormat::ctl ? "ctl" : "itl";
  for (const trust::TlvRecord& record : file->list->records) {
    if (record.role != trust::TlvRole::ccm_tftp && record.role != trust::TlvRole::tvs) continue;
    const std::string& subject = record.certificate ? record.certificate->subject : record.subject;
    for (const std::string& name : {lower(record.dns_name), common_name(subject)}) {
      if (!name.empty()) list.nodes.push_back(name);
    }
  }
  for (const trust::TrustEntry& entry : file->entries) {
    db::TrustedCertificate one;
    one.source = told.path;
    one.pinned = true;
    one.certificate = entry.certificate;
    if (entry.hash) {
      one.hash_algorithm = entry.hash->algorithm;
      one.hash = entry.hash->value;
    }
    one.subject = entry.subject;
    one.roles = entry.roles;
    list.entries.push_back(std::move(one));
  }
  told.lists.push_back(std::move(list));
  told.notes.insert(told.notes.end(), file->notes.begin(), file->notes.end());
}

bool recognises(std::string_view head) { return trust::looks_like_tlv(as_bytes(head)); }

}  // namespace

const Importer kTrustListFile = {"trust-list", "CTL or ITL file", recognises, read};

}  // namespace ucready::imports
