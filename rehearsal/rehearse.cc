#include "rehearsal/rehearse.h"

#include <algorithm>

#include "rehearsal/difference.h"
#include "rehearsal/scene_certificates.h"

namespace ucready::rehearsal {
namespace {

using negotiation::Side;

Rehearsal not_rehearsed(Rehearsal rehearsal, const Error& why) {
  rehearsal.agreement = Agreement::not_rehearsed;
  rehearsal.notes.push_back(why.message);
  return rehearsal;
}

std::string key_type(const Scene& scene, const std::string& leaf) {
  const auto& keys = scene.ends.server.keys;
  const auto at = std::ranges::find(keys, leaf, &negotiation::Chain::id);
  return at == keys.end() ? std::string() : std::string(key_word(at->key));
}

bool any_pinned(const Scene& scene) {
  const auto pinned = [](const negotiation::Trust& trust) {
    return std::ranges::any_of(trust.anchors,
                               [](const auto& held) { return held.second == negotiation::Anchor::pinned; });
  };
  return pinned(scene.ends.client.trust) || pinned(scene.ends.server.trust);
}

}  // namespace

std::string_view to_text(Agreement agreement) {
  constexpr std::string_view kWords[] = {"agree", "disagree", "not rehearsed"};
  return kWords[static_cast<std::size_t>(agreement)];
}

std::string_view to_text(Scope scope) { return scope == Scope::whole ? "selection and acceptance" : "acceptance only"; }

Rehearsal rehearse(const Scene& scene, const negotiation::Outcome& forecast, Twins& twins) {
  Rehearsal rehearsal;
  rehearsal.forecast = forecast;
  rehearsal.forecast_key_type = key_type(scene, forecast.server_leaf);
  const auto stand_in = stand_in_for(scene, forecast);
  if (!stand_in) return not_rehearsed(std::move(rehearsal), stand_in.error());
  rehearsal.scope = stand_in->scope;
  rehearsal.notes = stand_in->notes;
  if (any_pinned(scene)) rehearsal.notes.emplace_back("a pinned certificate is taken as such: lists are not rehearsed");

  Scene performed = scene;
  performed.ends = stand_in->ends;
  const auto certificates = SceneCertificates::make(performed, twins);
  if (!certificates) return not_rehearsed(std::move(rehearsal), certificates.error());
  auto observed = perform(performed.ends, **certificates);
  if (!observed) return not_rehearsed(std::move(rehearsal), observed.error());
  rehearsal.differences = difference(stand_in->expected, observed->outcome);
  rehearsal.observed_key_type = key_type(scene, observed->outcome.server_leaf);
  rehearsal.observed = std::move(*observed);
  rehearsal.agreement = rehearsal.differences.empty() ? Agreement::agree : Agreement::disagree;
  if (rehearsal.agreement == Agreement::disagree) {
    rehearsal.client = describe(performed, Side::client);
    rehearsal.server = describe(performed, Side::server);
  }
  return rehearsal;
}

}  // namespace ucready::rehearsal
