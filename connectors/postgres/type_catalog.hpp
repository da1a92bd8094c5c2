#pragma once

#include "connectors/postgres/value_type.hpp"

#include <memory>
#include <pqxx/transaction_base>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace rowprint::postgres {

/// The types that the columns of one query have, looked up where the server made them.
///
/// Lifecycle: load() once, then find(). Thread safety: none. Ownership: owns the types that are not built in; they stay
/// where they are as long as it lives.
class TypeCatalog {
 public:
  /// Asks the server for what it takes to read these types, level by level. Blocks. Throws what libpqxx throws.
  void load(pqxx::transaction_base& transaction, std::span<const std::uint32_t> oids);

  /// How to read a type; nothing where it, or a type that it is made of, has no form.
  const ValueType* find(std::uint32_t oid) const;
  /// As SQL writes it.
  std::string name(std::uint32_t oid) const;

 private:
  struct Entry {
    char kind = 'b';  ///< pg_type.typtype, and 'a' for an array
    std::string name;
    std::uint32_t inner = 0;  ///< base of a domain, element of an array, subtype of a range
    ValueType value;
    bool complete = false;
    bool readable = false;
  };

  std::vector<std::uint32_t> fetch(pqxx::transaction_base& transaction, const std::vector<std::uint32_t>& oids);
  std::vector<std::uint32_t> fetch_attributes(pqxx::transaction_base& transaction, std::uint32_t oid, Entry& entry);
  void complete(Entry& entry);
  const ValueType* resolve(std::uint32_t oid);

  std::unordered_map<std::uint32_t, std::unique_ptr<Entry>> entries_;
};

}  // namespace rowprint::postgres
