#include "upgrade/forecast/mend_words.h"

#include <fmt/format.h>

#include "core/printable.h"
#include "trust/digest.h"

namespace ucready::forecast {
namespace {

constexpr std::size_t kShortDigest = 16;
constexpr int kUnknownImpact = 1;  // A service: something restarts nearly always.

// A certificate that is still to be made has no digest.
std::string named(const Certificate& certificate) {
  const std::string subject = printable(certificate.subject);
  if (certificate.sha256.find(':') != std::string::npos) return fmt::format("what replaces {}", subject);
  return fmt::format("{} (SHA-256 {})", subject, certificate.sha256.substr(0, kShortDigest));
}

std::string place_of(const Change& change) {
  std::string place = change.node.empty() ? change.cluster : change.cluster + "/" + change.node;
  if (!change.service.empty()) place += " as " + change.service;
  if (change.port != 0) place += fmt::format(" port {}", change.port);
  return printable(place);
}

std::string certificate_of(const Change& change) {
  if (change.instead == nullptr) return "its certificate";
  const Certificate& leaf = *change.instead->certificates.front();
  const std::string identity =
      change.entry.certificate.empty() || change.entry.certificate == "own" ? "" : change.entry.certificate + " ";
  return fmt::format("the {}certificate {} ({})", identity, printable(leaf.subject), leaf.key_type);
}

std::string filled(std::string text, const Change& change) {
  const bool step = change.entry.kind == "withdraw";
  replace_all(text, "{cluster}", place_of(change));
  replace_all(text, "{server}", printable(change.server));
  replace_all(text, "{setting}", printable(step ? change.setting : change.entry.setting));
  replace_all(text, "{value}", printable(step ? change.setting + " = " + change.value : change.entry.value));
  replace_all(text, "{certificate}", certificate_of(change));
  replace_all(text, "{store}", printable(change.store));
  replace_all(text, "{authority}", change.authority ? named(*change.authority) : "its authority");
  replace_all(text, "{name}", change.instead == nullptr ? "" : printable(change.instead->reissue->name));
  return text;
}

}  // namespace

db::Mend told(const Candidate& candidate) {
  const Change& change = candidate.change;
  const upgrade::CatalogueMend& entry = change.entry;
  db::Mend mend;
  mend.id = to_hex(trust::sha256(as_bytes(change.key()))).substr(0, kShortDigest);
  mend.what = filled(entry.what, change);
  mend.target = place_of(change) + (change.store.empty() ? "" : " " + printable(change.store));
  mend.before_wave = candidate.before_wave;
  mend.saves = candidate.saves;
  mend.restarts = filled(entry.restarts, change);
  mend.precondition = filled(entry.precondition, change);
  mend.path = filled(entry.path, change);
  mend.verify = filled(entry.verify, change);
  mend.undo = filled(entry.undo, change);
  mend.impact = entry.impact.value_or(kUnknownImpact);
  mend.undo_breaks = candidate.needed_last;
  mend.source = entry.evidence.source;
  mend.confidence = entry.evidence.confidence;
  return mend;
}

}  // namespace ucready::forecast
