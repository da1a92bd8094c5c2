#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace rowprint {

/// The idempotency keys of the ingests that are running in this process: one ingest a key and dataset at a time. What
/// has ended is the catalog's to know.
///
/// Thread safety: all functions from any thread. Ownership: claims keep the list alive. Limits: a claim for each ingest
/// that runs.
class KeyClaims {
  struct List;

 public:
  /// A key that is one's own until this is destroyed. Move-only.
  class Claim {
   public:
    Claim(Claim&&) noexcept = default;
    Claim& operator=(Claim&&) = delete;
    ~Claim();

   private:
    friend class KeyClaims;
    Claim(std::shared_ptr<List> list, std::pair<std::string, std::string> name)
        : list_(std::move(list)), name_(std::move(name)) {}

    std::shared_ptr<List> list_;
    std::pair<std::string, std::string> name_;
  };

  /// Nothing where somebody else has it.
  std::optional<Claim> take(std::string dataset, std::string key);

 private:
  struct List {
    std::mutex mutex;
    std::set<std::pair<std::string, std::string>> names;
  };
  std::shared_ptr<List> list_ = std::make_shared<List>();
};

}  // namespace rowprint
