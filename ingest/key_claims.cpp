#include "ingest/key_claims.hpp"

namespace rowprint {

KeyClaims::Claim::~Claim() {
  if (list_) {
    const std::lock_guard lock(list_->mutex);
    list_->names.erase(name_);
  }
}

std::optional<KeyClaims::Claim> KeyClaims::take(std::string dataset, std::string key) {
  std::pair name{std::move(dataset), std::move(key)};
  {
    const std::lock_guard lock(list_->mutex);
    if (!list_->names.insert(name).second) {
      return std::nullopt;
    }
  }
  return Claim{list_, std::move(name)};
}

}  // namespace rowprint
