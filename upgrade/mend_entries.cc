#include "upgrade/mend_entries.h"

namespace ucready::upgrade {
namespace {

bool fits(const std::string& stated, const std::string& asked) { return stated.empty() || stated == asked; }

void fill(std::string& field, const std::string& with) {
  if (field.empty()) field = with;
}

}  // namespace

CatalogueMend completed(std::span<const CatalogueMend> all, const CatalogueMend& called,
                        const std::string& certificate) {
  CatalogueMend whole{.kind = called.kind,
                      .reasons = called.reasons,
                      .setting = called.setting,
                      .value = called.value,
                      .change = called.change,
                      .certificate = certificate};
  for (const CatalogueMend& entry : all) {
    if (entry.kind != called.kind || entry.setting != called.setting || entry.value != called.value) continue;
    if (!fits(entry.change, called.change) || !fits(entry.certificate, certificate)) continue;
    fill(whole.what, entry.what);
    fill(whole.path, entry.path);
    fill(whole.restarts, entry.restarts);
    fill(whole.verify, entry.verify);
    fill(whole.undo, entry.undo);
    if (!whole.impact) whole.impact = entry.impact;
    if (whole.evidence.source.empty()) whole.evidence = entry.evidence;
    // What must be so first adds up.
    if (!entry.precondition.empty())
      whole.precondition += (whole.precondition.empty() ? "" : "; ") + entry.precondition;
  }
  return whole;
}

}  // namespace ucready::upgrade
