#pragma once

#include "store/sqlite/database.hpp"

#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace rowprint::sqlite {

/// Statements of one connection, prepared at their first use.
///
/// Lifecycle: destroyed before the Database, which it borrows. Thread safety: as Database.
class StatementCache {
 public:
  /// A statement in use: reset when this goes. One use of a statement at a time.
  class Use {
   public:
    explicit Use(Statement& statement) : statement_(&statement) {}
    Use(Use&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)) {}
    Use& operator=(Use&&) = delete;
    ~Use() {
      if (statement_ != nullptr) {
        statement_->reset();
      }
    }
    Statement* operator->() const { return statement_; }
    Statement& operator*() const { return *statement_; }

   private:
    Statement* statement_;
  };

  explicit StatementCache(Database& database) : database_(database) {}

  Result<Use> use(std::string_view sql) {
    const auto found = statements_.find(sql);
    if (found != statements_.end()) {
      return Use{found->second};
    }
    auto prepared = database_.prepare(sql);
    if (!prepared) {
      return fail(std::move(prepared.error()));
    }
    return Use{statements_.emplace(std::string{sql}, std::move(*prepared)).first->second};
  }

 private:
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  Database& database_;
  std::unordered_map<std::string, Statement, TextHash, std::equal_to<>> statements_;
};

}  // namespace rowprint::sqlite
