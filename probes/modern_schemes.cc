#include "probes/modern_schemes.h"

#include <algorithm>
#include <array>

namespace ucready::probes {
namespace {

using tls::SignatureScheme;

constexpr std::array kKinds = {LeafKind::ecdsa, LeafKind::rsa, LeafKind::unusual};

std::vector<SignatureScheme> those_of(LeafKind kind, std::vector<SignatureScheme> schemes) {
  std::erase_if(schemes, [&](SignatureScheme scheme) { return modern_kind(scheme) != kind; });
  std::ranges::sort(schemes);
  return schemes;
}

}  // namespace

std::optional<LeafKind> modern_kind(SignatureScheme scheme) {
  const bool pkcs1 = (scheme.value & 0xffU) == 1 && scheme.value < 0x0700;
  if (pkcs1) return std::nullopt;
  static const auto table = [] {
    std::vector<std::pair<SignatureScheme, LeafKind>> made;
    for (const LeafKind kind : kKinds) {
      for (const SignatureScheme of_kind : schemes_of(kind)) made.emplace_back(of_kind, kind);
    }
    return made;
  }();
  const auto known = std::ranges::find(table, scheme, &std::pair<SignatureScheme, LeafKind>::first);
  return known == table.end() ? std::nullopt : std::optional(known->second);
}

ModernSchemes::ModernSchemes(const TurnList<SignatureScheme>& known) : seen_(known.seen()) {
  for (const auto& [offered, chosen] : known.log()) choices_.push_back({offered, chosen});
  for (const LeafKind kind : kKinds) {
    for (const SignatureScheme scheme : schemes_of(kind)) {
      if (modern_kind(scheme) && std::ranges::count(seen_, scheme) == 0) open_.push_back(scheme);
    }
  }
}

std::vector<SignatureScheme> ModernSchemes::next() const { return alone_ ? open_of(*alone_) : open_; }

void ModernSchemes::took(SignatureScheme chosen) {
  choices_.push_back({next(), chosen});
  seen_.push_back(chosen);
  std::erase(open_, chosen);
  if (alone_ && open_of(*alone_).empty()) alone_.reset();
}

void ModernSchemes::refused() {
  if (alone_) {
    close(*std::exchange(alone_, std::nullopt));
    return;
  }
  std::vector<LeafKind> possible, hiding;
  for (const LeafKind kind : kKinds) {
    if (open_of(kind).empty() || was_passed_over(kind)) continue;
    possible.push_back(kind);
    if (was_chosen(kind)) hiding.push_back(kind);
  }
  if (possible.size() <= 1 || hiding.empty()) {
    open_.clear();
  } else if (hiding.size() == 1) {
    close(hiding.front());
  } else {
    alone_ = hiding.front();
  }
}

std::vector<SignatureScheme> ModernSchemes::open_of(LeafKind kind) const { return those_of(kind, open_); }

bool ModernSchemes::was_chosen(LeafKind kind) const {
  return std::ranges::any_of(seen_, [&](SignatureScheme scheme) { return modern_kind(scheme) == kind; });
}

// It was chosen where another kind could have been, and then that one, when only what is open now was left for it.
bool ModernSchemes::was_passed_over(LeafKind kind) const {
  for (auto later = choices_.begin(); later != choices_.end(); ++later) {
    const auto other = modern_kind(later->chosen);
    if (!other || other == kind || those_of(kind, later->offered) != open_of(kind)) continue;
    const bool preferred = std::any_of(choices_.begin(), later, [&](const Choice& earlier) {
      return modern_kind(earlier.chosen) == kind && std::ranges::count(earlier.offered, later->chosen) > 0;
    });
    if (preferred) return true;
  }
  return false;
}

void ModernSchemes::close(LeafKind kind) {
  std::erase_if(open_, [&](SignatureScheme scheme) { return modern_kind(scheme) == kind; });
}

}  // namespace ucready::probes
