#include "tests/contract/source_contract.hpp"

#include "hashing/multiset_hash.hpp"
#include "hashing/sequence_hash.hpp"
#include "ingest/fingerprint.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <thread>

namespace rowprint::test {
namespace {

/// The row as docs/formats/fingerprint.md says: a map without its nulls.
std::vector<std::uint8_t> encode_row(const Row& row) {
  Map map;
  for (const auto& [name, value] : row) {
    if (!std::holds_alternative<Null>(value.held)) {
      map.pairs.emplace_back(name, value);
    }
  }
  hashing::ByteBuffer out;
  // The row itself does not count as one of the maps that a value lies in.
  const auto put = put_value(out, Value{std::move(map)}, -1);
  if (!put) {
    throw std::runtime_error{put.error().text()};
  }
  const auto bytes = out.view();
  return {bytes.begin(), bytes.end()};
}

std::string registered_name(const ::testing::TestParamInfo<RegisteredSource>& registered) {
  return registered.param.name;
}

}  // namespace

std::string counted_text(std::uint64_t row) {
  return "row " + std::to_string(row) + std::string{kCountedTail};
}

bool is_counted_row(const Row& row, std::uint64_t number) {
  Row sorted = row;
  std::ranges::sort(sorted, {}, &Row::value_type::first);
  return sorted == counted_row(number);
}

Row counted_row(std::uint64_t row) {
  return {{"id", {static_cast<std::int64_t>(row)}}, {"text", {counted_text(row)}}};
}

Result<std::unique_ptr<sql::QuerySource>> ask_database(boost::asio::thread_pool& workers, sql::Database& database,
                                                       sql::Query query, BatchBuilder::Limits limits) {
  auto source = database.query(std::move(query), limits);
  if (!source) {
    return source;
  }
  auto opened = wait(workers, (*source)->open());
  return opened ? std::move(source) : fail(std::move(opened.error()));
}

std::unique_ptr<Source> ContractedDatabase::open_query(sql::Query query, BatchBuilder::Limits limits) {
  auto source = ask_database(workers_, database(), std::move(query), limits);
  if (!source) {
    throw std::runtime_error{source.error().text()};
  }
  return std::move(*source);
}

std::string in_quotes(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    out.append(c == quote ? 2 : 1, c);
  }
  return out + quote;
}

std::vector<RegisteredSource> registered_sources(RegisteredSource::Kind kind) {
  auto sources = registered_sources();
  std::erase_if(sources, [kind](const RegisteredSource& source) { return source.kind != kind; });
  return sources;
}

void PrintTo(const RegisteredSource& source, std::ostream* out) {
  *out << source.name;
}

Identity identity_of(const Schema& schema, const std::vector<Row>& rows) {
  hashing::SequenceHash sequence;
  hashing::MultisetHash multiset;
  for (const Row& row : rows) {
    const auto encoded = encode_row(row);
    sequence.add_row(encoded);
    if (multiset.add_row(encoded)) {
      throw std::runtime_error{"the multiset failed"};
    }
  }
  const hashing::Digest digest = schema.digest();
  return {sequence.digest(digest).text(), multiset.digest(digest).fingerprint.text()};
}

bool comes_true(const std::function<bool()>& done) {
  constexpr std::chrono::milliseconds kPause{2};
  constexpr std::chrono::seconds kPatience{30};
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (!done()) {
    if (std::chrono::steady_clock::now() >= end) {
      return false;
    }
    std::this_thread::sleep_for(kPause);
  }
  return true;
}

std::vector<Row> SourceContract::read(Source& source) {
  auto rows = run(drain(source));
  if (!rows) {
    ADD_FAILURE() << rows.error().text();
    return {};
  }
  return std::move(*rows);
}

std::optional<Error> SourceContract::error_after_rows_before(Source& source, std::uint64_t end) {
  std::uint64_t rows = 0;
  for (;;) {
    const auto batch = next(source);
    if (!batch) {
      EXPECT_LT(rows, end);
      EXPECT_FALSE(batch.error().reason.empty());
      EXPECT_NE(batch.error().code, ErrorCode::internal) << batch.error().text();
      return batch.error();
    }
    if (!*batch) {
      ADD_FAILURE() << "an end after " << rows << " rows";
      return std::nullopt;
    }
    for (const Row& row : to_rows(**batch)) {
      if (!is_counted_row(row, ++rows)) {
        ADD_FAILURE() << "row " << rows << " is another one";
        return std::nullopt;
      }
    }
  }
}

Identity SourceContract::identify(Source& source) {
  constexpr std::size_t kRowBytesMax = 64U << 20U;
  RowHash hash{source.declared(), hashing::MultisetHash{}};
  auto summary = run(fingerprint(source, std::move(hash), kRowBytesMax, nullptr));
  if (!summary) {
    ADD_FAILURE() << summary.error().text();
    return {};
  }
  return {summary->sequence.text(), summary->multiset->text()};
}

Result<std::vector<Row>> QueryContract::rows_of(sql::Query query) {
  auto source = ask(std::move(query));
  if (!source) {
    return fail(source.error());
  }
  return run(drain(**source));
}

Error QueryContract::refusal_of(sql::Query query) {
  const auto rows = rows_of(std::move(query));
  if (rows) {
    ADD_FAILURE() << "nothing was refused";
    return {};
  }
  return rows.error();
}

INSTANTIATE_TEST_SUITE_P(Sources, SourceContract, ::testing::ValuesIn(registered_sources()), registered_name);
INSTANTIATE_TEST_SUITE_P(Sources, ConcreteContract,
                         ::testing::ValuesIn(registered_sources(RegisteredSource::Kind::concrete)), registered_name);
INSTANTIATE_TEST_SUITE_P(Sources, QueryContract,
                         ::testing::ValuesIn(registered_sources(RegisteredSource::Kind::database)), registered_name);

}  // namespace rowprint::test
