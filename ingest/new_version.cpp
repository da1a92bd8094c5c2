#include "ingest/new_version.hpp"

#include <algorithm>

namespace rowprint {
namespace {

std::string_view demanded(Precondition::Demand demand) {
  switch (demand) {
    case Precondition::Demand::no_version:
      return "it was to have none";
    case Precondition::Demand::some_version:
      return "it was to have one";
    case Precondition::Demand::nothing:
    case Precondition::Demand::latest_among_tags:
      break;
  }
  return "that was to be another";
}

bool holds(const Precondition& precondition, const std::optional<VersionTag>& latest) {
  switch (precondition.demand) {
    case Precondition::Demand::nothing:
      return true;
    case Precondition::Demand::no_version:
      return !latest;
    case Precondition::Demand::some_version:
      return latest.has_value();
    case Precondition::Demand::latest_among_tags:
      return latest && std::ranges::find(precondition.tags, *latest) != precondition.tags.end();
  }
  return false;
}

}  // namespace

Result<void> check_precondition(const Precondition& precondition, const std::string& dataset,
                                const std::optional<VersionTag>& latest) {
  if (holds(precondition, latest)) {
    return {};
  }
  const std::string found = latest ? "the latest version of " + dataset + " is " + std::to_string(latest->number) +
                                         ", " + latest->fingerprint.text()
                                   : dataset + " has no version";
  return fail(ErrorCode::precondition_failed, found + ", and " + std::string{demanded(precondition.demand)});
}

Result<void> check_same_identity(const IdempotencyKey& idempotency, const Receipt& kept,
                                 const hashing::Fingerprint& asked) {
  if (kept.version.fingerprint == asked) {
    return {};
  }
  return fail(ErrorCode::key_reused, "the idempotency key \"" + idempotency.key + "\" stands for version " +
                                         std::to_string(kept.version.number) + ", " + kept.version.fingerprint.text() +
                                         ", and these rows are " + asked.text());
}

}  // namespace rowprint
