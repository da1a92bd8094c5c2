#include "connectors/postgres/type_catalog.hpp"

#include <algorithm>
#include <pqxx/result>

namespace rowprint::postgres {
namespace {

/// What there is to know of types: every name with its schema, since search_path is the user's. An array is told from
/// other types with elements (a point has two) by its being the array of its element.
constexpr const char* kTypes = R"(
SELECT t.oid, pg_catalog.format_type(t.oid, NULL),
       CASE WHEN e.typarray OPERATOR(pg_catalog.=) t.oid THEN 'a' ELSE t.typtype END,
       CASE WHEN e.typarray OPERATOR(pg_catalog.=) t.oid THEN t.typelem
            WHEN t.typtype OPERATOR(pg_catalog.=) 'd' THEN t.typbasetype
            ELSE coalesce(r.rngsubtype, 0) END
FROM pg_catalog.pg_type t
LEFT JOIN pg_catalog.pg_type e ON e.oid OPERATOR(pg_catalog.=) t.typelem
LEFT JOIN pg_catalog.pg_range r ON )";
constexpr const char* kRangesOnly = "r.rngtypid OPERATOR(pg_catalog.=) t.oid ";
constexpr const char* kRangesAndMultiranges =
    "r.rngtypid OPERATOR(pg_catalog.=) t.oid OR r.rngmultitypid OPERATOR(pg_catalog.=) t.oid ";
constexpr const char* kOfThese = "WHERE t.oid OPERATOR(pg_catalog.=) ANY ($1::pg_catalog.oid[])";
constexpr const char* kAttributes = R"(
SELECT a.attname, a.atttypid
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.typrelid OPERATOR(pg_catalog.=) a.attrelid
WHERE t.oid OPERATOR(pg_catalog.=) $1::pg_catalog.oid AND a.attnum OPERATOR(pg_catalog.>) 0 AND NOT a.attisdropped
ORDER BY a.attnum)";
/// The first version with multiranges.
constexpr int kMultirangesSince = 140'000;

std::string array_of(const std::vector<std::uint32_t>& oids) {
  std::string text = "{";
  for (const std::uint32_t oid : oids) {
    text += (text.size() > 1 ? "," : "") + std::to_string(oid);
  }
  return text + "}";
}

}  // namespace

void TypeCatalog::load(pqxx::transaction_base& transaction, std::span<const std::uint32_t> oids) {
  std::vector<std::uint32_t> wanted{oids.begin(), oids.end()};
  for (;;) {
    std::ranges::sort(wanted);
    wanted.erase(std::ranges::unique(wanted).begin(), wanted.end());
    std::erase_if(wanted, [this](std::uint32_t oid) { return builtin_type(oid) != nullptr || entries_.contains(oid); });
    if (wanted.empty()) {
      break;
    }
    wanted = fetch(transaction, wanted);
  }
  for (const auto& [oid, entry] : entries_) {
    complete(*entry);
  }
}

/// Gives the types that these are made of.
std::vector<std::uint32_t> TypeCatalog::fetch(pqxx::transaction_base& transaction,
                                              const std::vector<std::uint32_t>& oids) {
  const bool multiranges = transaction.conn().server_version() >= kMultirangesSince;
  const std::string query = std::string{kTypes} + (multiranges ? kRangesAndMultiranges : kRangesOnly) + kOfThese;
  std::vector<std::uint32_t> parts;
  for (const std::uint32_t oid : oids) {
    entries_.emplace(oid, std::make_unique<Entry>());  // also of one that is gone, so that it is not asked for again
  }
  for (const auto& row : transaction.exec_params(query, array_of(oids))) {
    const auto oid = row[0].as<std::uint32_t>();
    Entry& entry = *entries_.at(oid);
    entry.name = row[1].c_str();
    entry.kind = row[2].c_str()[0];
    entry.inner = row[3].as<std::uint32_t>();
    if (entry.inner != 0) {
      parts.push_back(entry.inner);
    }
    if (entry.kind == 'c') {
      const auto attributes = fetch_attributes(transaction, oid, entry);
      parts.insert(parts.end(), attributes.begin(), attributes.end());
    }
  }
  return parts;
}

std::vector<std::uint32_t> TypeCatalog::fetch_attributes(pqxx::transaction_base& transaction, std::uint32_t oid,
                                                         Entry& entry) {
  std::vector<std::uint32_t> oids;
  for (const auto& row : transaction.exec_params(kAttributes, std::to_string(oid))) {
    ValueType::Attribute attribute{row[0].c_str(), row[1].as<std::uint32_t>(), nullptr};
    oids.push_back(attribute.oid);
    entry.value.attributes.push_back(std::move(attribute));
  }
  return oids;
}

/// Makes the decoder of a type of those it is made of. A type that contains itself does not exist.
void TypeCatalog::complete(Entry& entry) {
  if (entry.complete) {
    return;
  }
  entry.complete = true;
  ValueType& value = entry.value;
  value.name = entry.name;
  value.cell = cell_of_encoding;
  value.element_oid = entry.inner;
  value.element = entry.inner == 0 ? nullptr : resolve(entry.inner);
  entry.readable = value.element != nullptr;
  switch (entry.kind) {
    case 'a':
      value.type = Type::list;
      value.put = put_array;
      break;
    case 'r':
      value.type = Type::map;
      value.put = put_range;
      break;
    case 'm':
      value.type = Type::list;
      value.put = put_multirange;
      break;
    case 'c':
      value.type = Type::map;
      value.put = put_composite;
      entry.readable = true;
      for (ValueType::Attribute& attribute : value.attributes) {
        attribute.type = resolve(attribute.oid);
        entry.readable = entry.readable && attribute.type != nullptr;
      }
      break;
    case 'd':
      if (entry.readable) {
        const ValueType base = *value.element;
        value = base;
        value.name = entry.name;
      }
      break;
    case 'e':
      value = *builtin_type(25);
      value.name = entry.name;
      entry.readable = true;
      break;
    default:
      entry.readable = false;
      break;
  }
}

const ValueType* TypeCatalog::resolve(std::uint32_t oid) {
  const auto found = entries_.find(oid);
  if (found != entries_.end()) {
    complete(*found->second);
  }
  return find(oid);
}

const ValueType* TypeCatalog::find(std::uint32_t oid) const {
  if (const ValueType* builtin = builtin_type(oid)) {
    return builtin;
  }
  const auto found = entries_.find(oid);
  return found != entries_.end() && found->second->readable ? &found->second->value : nullptr;
}

std::string TypeCatalog::name(std::uint32_t oid) const {
  if (const ValueType* builtin = builtin_type(oid)) {
    return builtin->name;
  }
  const auto found = entries_.find(oid);
  return found == entries_.end() || found->second->name.empty() ? "number " + std::to_string(oid) : found->second->name;
}

}  // namespace rowprint::postgres
