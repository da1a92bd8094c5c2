#include "store/sqlite/catalog_rows.hpp"

#include <fmt/format.h>

#include <chrono>
#include <string_view>
#include <utility>

namespace rowprint::sqlite {
namespace {

constexpr std::string_view kContentColumns =
    "c.rp1s, c.rp1m, c.schema, c.rows, c.stored_bytes, c.hash_state, c.inference_state, s.location,"
    " (SELECT k.file FROM row_digests k WHERE k.content = c.id)";
constexpr int kContentEnd = 9;
constexpr std::string_view kContentTables = "contents c JOIN segments s ON s.content = c.id AND s.ordinal = 0";

}  // namespace

bool is_multiset(const hashing::Fingerprint& fingerprint) {
  return fingerprint.kind == hashing::Fingerprint::Kind::multiset;
}

const std::string& select_content() {
  static const std::string sql = fmt::format("SELECT {} FROM {} ", kContentColumns, kContentTables);
  return sql;
}

const std::string& select_published() {
  static const std::string sql = fmt::format(
      "SELECT {}, d.name, v.number, v.row_order, v.fingerprint, v.ingest, v.sealed_us, v.reused,"
      " (SELECT count(*) FROM versions a WHERE a.dataset = d.id)"
      " FROM datasets d JOIN versions v ON v.dataset = d.id JOIN {} AND c.id = v.content ",
      kContentColumns, kContentTables);
  return sql;
}

Result<Content> read_content(const Statement& row) {
  const auto corrupt = [&](std::string_view what) {
    return fail(ErrorCode::corrupt, fmt::format("catalog: content {} has {}", row.text(0), what));
  };
  Content content;
  const auto sequence = hashing::Fingerprint::parse(row.text(0));
  if (!sequence || is_multiset(*sequence)) {
    return corrupt("no name");
  }
  content.sequence = *sequence;
  if (!row.is_null(1)) {
    content.multiset = hashing::Fingerprint::parse(row.text(1));
    if (!content.multiset || !is_multiset(*content.multiset)) {
      return corrupt("a reuse key that is none");
    }
  }
  auto schema = parse_schema(row.text(2));
  if (!schema) {
    return corrupt("a schema that is none: " + schema.error().reason);
  }
  content.schema = std::move(*schema);
  content.rows = static_cast<std::uint64_t>(row.integer(3));
  content.stored_bytes = static_cast<std::uint64_t>(row.integer(4));
  content.hash_state = hashing::as_text(row.bytes(5));
  content.inference_state = hashing::as_text(row.bytes(6));
  content.location = row.text(7);
  content.digests = row.text(8);
  return content;
}

Result<Published> read_published(const Statement& row) {
  auto content = read_content(row);
  if (!content) {
    return fail(std::move(content.error()));
  }
  Published published;
  published.content = std::move(*content);
  Version& version = published.version;
  version.dataset = row.text(kContentEnd);
  version.number = static_cast<std::uint64_t>(row.integer(kContentEnd + 1));
  const auto order = parse_order(row.text(kContentEnd + 2));
  const auto fingerprint = hashing::Fingerprint::parse(row.text(kContentEnd + 3));
  if (!order || !fingerprint) {
    return fail(ErrorCode::corrupt, fmt::format("catalog: version {} of {} has no order or no fingerprint",
                                                version.number, version.dataset));
  }
  version.order = *order;
  version.fingerprint = *fingerprint;
  version.ingest = row.text(kContentEnd + 4);
  version.sealed = SystemTime{std::chrono::microseconds{row.integer(kContentEnd + 5)}};
  published.reused = row.integer(kContentEnd + 6) != 0;
  return published;
}

std::uint64_t read_version_count(const Statement& row) {
  return static_cast<std::uint64_t>(row.integer(kContentEnd + 7));
}

}  // namespace rowprint::sqlite
