#include "trust/chain_verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "trust/chain_faults.h"

namespace ucready::trust {
namespace {

bool same_text(std::string_view left, std::string_view right) {
  const auto lower = [](char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); };
  return std::ranges::equal(left, right, {}, lower, lower);
}

ChainVerdict unknown(std::string_view reason, std::string sentence) {
  return {ChainOutcome::unknown, reason, std::nullopt, std::move(sentence), Anchoring::none};
}

// The values of an attribute in an RFC 2253 name; escapes are left as they are.
std::vector<std::string_view> values_of(std::string_view name, std::string_view attribute) {
  std::vector<std::string_view> values;
  std::size_t start = 0;
  for (std::size_t at = 0; at <= name.size(); ++at) {
    if (at < name.size() && name[at] == '\\') {
      ++at;
      continue;
    }
    if (at < name.size() && name[at] != ',' && name[at] != '+') continue;
    const std::string_view part = name.substr(start, at - start);
    const std::size_t equals = part.find('=');
    if (equals != std::string_view::npos && same_text(part.substr(0, equals), attribute))
      values.push_back(part.substr(equals + 1));
    start = at + 1;
  }
  return values;
}

bool has_name(const Certificate& leaf, const std::string& wanted) {
  return (',' + leaf.san + ',').find(",DNS:" + wanted + ',') != std::string::npos || carries_name(leaf, wanted);
}

// The application's own list, asked after TLS: SIP answers 403, no alert is sent.
void check_subject(const ChainQuestion& question, ChainVerdict& verdict) {
  if (question.authorised_subjects.empty()) return;
  const Certificate& leaf = *question.chain.front();
  bool by_other_name = false;
  for (const std::string& wanted : question.authorised_subjects) {
    const auto names = values_of(leaf.subject, "CN");
    const bool named = std::ranges::any_of(names, [&](std::string_view name) { return same_text(name, wanted); });
    if (named || same_text(leaf.subject, wanted)) return;
    by_other_name = by_other_name || has_name(leaf, wanted);
  }
  if (by_other_name) {
    // Whether an alternative name counts differs from product to product.
    verdict = {ChainOutcome::unknown, "missing_subject_rule", std::nullopt,
               fmt::format("only an alternative name of {} is on the list of authorised subjects", leaf.subject),
               verdict.anchoring};
    return;
  }
  verdict = {ChainOutcome::refused, "subject_not_authorised", std::nullopt,
             fmt::format("{} is not on the list of authorised subjects", leaf.subject), verdict.anchoring};
}

bool shares_role(const Pin& pin, const std::vector<std::string>& wanted) {
  return wanted.empty() || std::ranges::any_of(wanted, [&](const std::string& role) {
           return (',' + pin.roles + ',').find(',' + role + ',') != std::string::npos;
         });
}

ChainVerdict judge_pins(const ChainQuestion& question) {
  const Certificate& leaf = *question.chain.front();
  const Pin* const pin = question.store->pin_of(leaf);
  const std::string_view reason = reason_of(FaultKind::untrusted, question.presenter);
  if (pin == nullptr) {
    return {ChainOutcome::refused, reason, std::nullopt,
            fmt::format("{} is none of the {} certificates that the list pins", leaf.subject,
                        question.store->pins().size()),
            Anchoring::none};
  }
  if (!shares_role(*pin, question.pin_roles)) {
    return {ChainOutcome::refused, reason, std::nullopt,
            fmt::format("{} is pinned as {} only", leaf.subject, pin->roles.empty() ? "nothing" : pin->roles),
            Anchoring::pinned};
  }
  return {ChainOutcome::trusted, "", std::nullopt, leaf.subject + " is pinned", Anchoring::pinned};
}

ChainVerdict judge_path(const ChainQuestion& question) {
  const FoundFaults found = find_faults(question);
  ChainVerdict doubt;
  for (const ChainFault& fault : found.faults) {
    const StackRuling ruling = rule_on(fault, question);
    if (ruling.ruling == Ruling::refuses) {
      return {ChainOutcome::refused, reason_of(fault.kind, question.presenter), ruling.alert, fault.sentence,
              found.anchoring};
    }
    if (ruling.ruling == Ruling::unknown && doubt.reason.empty()) {
      const std::string stack = question.stack.empty() ? "an unknown stack" : question.stack;
      doubt = unknown(ruling.missing, fmt::format("{}; what {} makes of it is not known", fault.sentence, stack));
    }
  }
  doubt.anchoring = found.anchoring;
  if (!doubt.reason.empty()) return doubt;
  return {ChainOutcome::trusted, "", std::nullopt, question.chain.front()->subject + " is trusted", found.anchoring};
}

}  // namespace

std::string_view to_text(ChainOutcome outcome) {
  constexpr std::array<std::string_view, 3> kNames = {"trusted", "refused", "unknown"};
  return kNames.at(static_cast<std::size_t>(outcome));
}

ChainVerdict judge_chain(const ChainQuestion& question) {
  if (question.store == nullptr) return unknown("missing_trust", "what the store holds is not known");
  if (question.chain.empty()) return unknown("missing_certificate", "no certificate of the peer is known");
  for (const CertificatePtr& certificate : question.chain) {
    if (!certificate->defect.empty())
      return unknown("missing_certificate", "a certificate cannot be read: " + certificate->defect);
  }
  const bool only_pins = question.store->authorities().empty() && !question.store->pins().empty();
  const bool is_pinned = question.store->pin_of(*question.chain.front()) != nullptr;
  ChainVerdict verdict = only_pins || is_pinned ? judge_pins(question) : judge_path(question);
  if (verdict.outcome == ChainOutcome::trusted) check_subject(question, verdict);
  return verdict;
}

}  // namespace ucready::trust
