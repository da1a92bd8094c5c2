#include "connectors/http/cbor_source.hpp"

#include "hashing/canonical.hpp"
#include "hashing/digest.hpp"
#include "ingest/fingerprint.hpp"
#include "tests/support/effort.hpp"
#include "tests/support/random_rows.hpp"
#include "tests/unit/connectors/http/format_reading.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace rowprint::test {
namespace {

std::string from_hex(std::string_view hex) {
  std::string bytes;
  std::string digits;
  for (const char digit : hex) {
    if (digit != ' ') {
      digits.push_back(digit);
    }
  }
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    bytes.push_back(static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

/// What a source came to: the canonical rows that are hashed, and what they hold.
struct Decoded {
  std::string bytes;
  std::vector<Row> rows;
};

awaitable<Result<Decoded>> drain_encoded(Source& source) {
  Decoded decoded;
  while (true) {
    auto batch = co_await source.next();
    if (!batch) {
      co_return fail(std::move(batch.error()));
    }
    if (!*batch) {
      co_return decoded;
    }
    EXPECT_FALSE((*batch)->empty());
    EXPECT_TRUE((*batch)->encode(1U << 30U));
    decoded.bytes += hashing::as_text((*batch)->encoded().bytes.view());
    for (Row& row : to_rows(**batch)) {
      decoded.rows.push_back(std::move(row));
    }
  }
}

Result<Decoded> decode_cbor(std::string bytes, const Schema& declared = {}, const CborLimits& limits = {},
                            TextStream::Chunking chunking = {}) {
  CborSource source{std::make_unique<TextStream>(std::move(bytes), std::move(chunking)), declared, limits};
  return wait(decoding_pool(), drain_encoded(source));
}

std::string encoded_rows(const std::vector<Row>& rows) {
  RowsSource source{rows};
  auto decoded = wait(decoding_pool(), drain_encoded(source));
  EXPECT_TRUE(decoded) << decoded.error().text();
  return decoded->bytes;
}

CborLimits small_buffers(Random& random) {
  CborLimits limits;
  limits.read_bytes = 1 + random.below(60);
  limits.batch.batch_rows = 1 + random.below(9);
  return limits;
}

}  // namespace

TEST(CborSource, RowsUnderTheirSchemaHaveTheFingerprintTheyHad) {
  Random random{run_seed()};
  for (std::uint64_t i = 0; i < effort(400); ++i) {
    const std::vector<Row> rows = random_rows(random);
    RowsSource first{rows};
    const auto identity = identity_of(first);
    ASSERT_TRUE(identity) << identity.error().text();
    const RowHash::Summary& expected = *identity;
    const std::string bytes = encoded_rows(rows);

    CborSource again{std::make_unique<TextStream>(bytes), expected.schema};
    const auto got = identity_of(again);
    ASSERT_TRUE(got) << got.error().text();
    ASSERT_EQ(got->sequence, expected.sequence) << format_schema(expected.schema);
    ASSERT_EQ(got->multiset, expected.multiset);
    ASSERT_EQ(again.bytes_received(), bytes.size());
    const auto decoded = decode_cbor(bytes, expected.schema);
    ASSERT_TRUE(decoded);
    ASSERT_EQ(difference(rows, expected.schema, decoded->rows), "");
  }
}

TEST(CborSource, RowsDoNotDependOnHowTheBytesAreCut) {
  Random random{run_seed()};
  for (std::uint64_t i = 0; i < effort(400); ++i) {
    const std::string bytes = encoded_rows(random_rows(random));
    const auto cut = decode_cbor(bytes, {}, small_buffers(random), [&random] { return 1 + random.below(30); });
    ASSERT_TRUE(cut) << cut.error().text();
    ASSERT_EQ(cut->bytes, bytes);
  }
}

// The worst that could happen is that two inputs come to the same rows: whatever is taken is hashed as it came.
TEST(CborSource, WhatIsTakenIsHashedByteForByte) {
  Random random{run_seed()};
  std::uint64_t taken = 0;
  for (std::uint64_t i = 0; i < effort(20'000); ++i) {
    const std::vector<Row> rows = random_rows(random, {.rows_max = 3, .columns_max = 3});
    std::string bytes = encoded_rows(rows);
    for (std::uint64_t changes = random.below(3); changes > 0 && !bytes.empty(); --changes) {
      bytes[random.below(bytes.size())] = static_cast<char>(random.bits());
    }
    Schema declared;
    for (const Row& row : rows) {
      for (const auto& [name, value] : row) {
        if (random.chance(50) && declared.find(name) == nullptr) {
          declared.columns.push_back({name, static_cast<Type>(random.below(kTypes))});
        }
      }
    }
    const auto decoded = decode_cbor(bytes, declared, small_buffers(random));
    if (decoded) {
      ++taken;
      ASSERT_EQ(hashing::to_hex(hashing::as_bytes(decoded->bytes)), hashing::to_hex(hashing::as_bytes(bytes)))
          << format_schema(declared);
    } else {
      ASSERT_TRUE(decoded.error().row);
      ASSERT_LE(decoded.error().offset.value_or(bytes.size() + 1), bytes.size());
    }
  }
  EXPECT_GT(taken, effort(1000));
  EXPECT_LT(taken, effort(19'000));
}

TEST(CborSource, ErrorsDoNotDependOnHowTheBytesAreCut) {
  Random random{run_seed()};
  std::uint64_t refused = 0;
  for (std::uint64_t i = 0; i < effort(5000); ++i) {
    std::string bytes = encoded_rows(random_rows(random, {.rows_max = 5, .columns_max = 4}));
    if (bytes.empty()) {
      continue;
    }
    bytes[random.below(bytes.size())] = static_cast<char>(random.bits());
    const auto whole = decode_cbor(bytes);
    const auto cut = decode_cbor(bytes, {}, small_buffers(random), [&random] { return 1 + random.below(9); });
    ASSERT_EQ(whole.has_value(), cut.has_value());
    if (!whole) {
      ++refused;
      ASSERT_EQ(whole.error().text(), cut.error().text());
      ASSERT_EQ(whole.error().code, cut.error().code);
    }
  }
  EXPECT_GT(refused, effort(500));
}

TEST(CborSource, EveryEndWithinARowIsTruncation) {
  const std::string row =
      from_hex("a3 61 61 83 01 f6 a1 61 78 f9 38 00 61 62 d9 03 e9 a2 01 20 28 01 61 63 c4 82 20 0f");
  ASSERT_TRUE(decode_cbor(row + row));
  for (std::size_t size = 1; size < row.size(); ++size) {
    const auto decoded = decode_cbor(row + row.substr(0, size));
    ASSERT_FALSE(decoded) << size;
    EXPECT_EQ(decoded.error().code, ErrorCode::truncated) << size << " " << decoded.error().text();
    EXPECT_EQ(decoded.error().row, 2U);
    EXPECT_EQ(decoded.error().offset, row.size() + size);
  }
}

TEST(CborSource, NothingIsNoRows) {
  const auto decoded = decode_cbor("", schema_of("a=int"));
  ASSERT_TRUE(decoded);
  EXPECT_TRUE(decoded->rows.empty());
}

TEST(CborSource, RowWithoutColumnsCounts) {
  const auto decoded = decode_cbor(from_hex("a0 a0 a1 61 61 01 a0"));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->rows.size(), 4U);
}

TEST(CborSource, WhatTheEncoderWouldNotWriteIsRefusedWithItsPlace) {
  struct Case {
    const char* row;  ///< comes after a0
    const char* reason;
    std::uint64_t offset;  ///< within the row
    const char* column;
  };
  const Case cases[] = {
      {"01", "a row that is no map", 0, ""},
      {"80", "a row that is no map", 0, ""},
      {"d9d9f7 a0", "a tag that the format does not have", 0, ""},
      {"bf ff", "an indefinite length or a reserved head", 0, ""},
      {"b8 01 6161 01", "a head that is not the shortest", 0, ""},
      {"a1 01 01", "a key that is no text", 1, ""},
      {"a1 4161 01", "a key that is no text", 1, ""},
      {"a1 60 01", "a column name that is empty or holds NUL", 1, "\"\""},
      {"a1 6100 01", "a column name that is empty or holds NUL", 1, "\"\\u0000\""},
      {"a1 61ff 01", "text that is not UTF-8", 1, ""},
      {"a1 7801 61 01", "a head that is not the shortest", 1, ""},
      {"a2 6161 01 6161 02", "a key that stands twice in one map", 4, "a"},
      {"a2 6162 01 6161 02", "keys out of order", 4, "a"},
      {"a2 626161 01 6162 02", "keys out of order", 5, "b"},
      {"a1 6161 f6", "a null column that is not left out", 1, "a"},
      {"a1 6161 1800", "a head that is not the shortest", 3, "a"},
      {"a1 6161 190001", "a head that is not the shortest", 3, "a"},
      {"a1 6161 f90000", "a float that is not reduced or not the shortest", 3, "a"},
      {"a1 6161 f93c00", "a float that is not reduced or not the shortest", 3, "a"},
      {"a1 6161 fa3f000000", "a float that is not reduced or not the shortest", 3, "a"},
      {"a1 6161 fb3fe0000000000000", "a float that is not reduced or not the shortest", 3, "a"},
      {"a1 6161 f97e01", "a float that is not reduced or not the shortest", 3, "a"},
      {"a1 6161 f98000", "a float that is not reduced or not the shortest", 3, "a"},
      {"a1 6161 fa7fc00000", "a float that is not reduced or not the shortest", 3, "a"},
      {"a1 6161 f7", "a simple value other than false, true and null", 3, "a"},
      {"a1 6161 c001", "a tag that the format does not have", 3, "a"},
      {"a1 6161 c24101", "a big integer that is not the shortest", 3, "a"},
      {"a1 6161 c2 49 00ffffffffffffffff", "a big integer that is not the shortest", 3, "a"},
      {"a1 6161 c482 00 05", "a decimal that is not reduced", 3, "a"},
      {"a1 6161 c482 20 0a", "a mantissa that ends in zero", 3, "a"},
      {"a1 6161 5f4161ff", "an indefinite length or a reserved head", 3, "a"},
      {"a1 6161 d903e9a20100 2800", "a time whose nanoseconds are not 1 to 999999999 under the key -9", 3, "a"},
      {"a1 6161 82 01 1801", "a head that is not the shortest", 5, "a[1]"},
      {"a1 6161 a1 6162 82 01 a2 6163 01 6163 02", "a key that stands twice in one map", 12, "a.b[1].c"},
      {"a1 6161 82 a1 6162 80 a1 01 01", "a key that is no text", 9, "a[1]"},
      {"a1 6161 82 a1 6162 80 f7", "a simple value other than false, true and null", 8, "a[1]"},
  };
  for (const Case& given : cases) {
    const auto decoded = decode_cbor("\xa0" + from_hex(given.row));
    ASSERT_FALSE(decoded) << given.row;
    EXPECT_EQ(decoded.error().code, ErrorCode::bad_input) << given.row;
    EXPECT_EQ(decoded.error().reason, given.reason) << given.row;
    EXPECT_EQ(decoded.error().row, 2U) << given.row;
    EXPECT_EQ(decoded.error().offset, 1 + given.offset) << given.row;
    EXPECT_EQ(decoded.error().column, given.column) << given.row;
  }
}

TEST(CborSource, DeclaredColumnTakesWhatItsTypeMayHold) {
  struct Case {
    const char* type;
    const char* value;
    bool taken;
  };
  const Case cases[] = {
      {"float", "05", true},
      {"float", "f93800", true},
      {"float", "f97e00", true},
      {"float", "1b0020000000000000", true},   // 2^53
      {"float", "1b0020000000000001", false},  // no double is 2^53 + 1
      {"float", "1b0020000000000002", true},
      {"float", "3b001fffffffffffff", true},   // -2^53
      {"float", "3b0020000000000000", false},  // -2^53 - 1
      {"float", "1b7fffffffffffffff", false},  // 2^63 - 1
      {"float", "1b8000000000000000", true},   // 2^63
      {"float", "1b8000000000000001", false},
      {"float", "1bfffffffffffff800", true},  // the largest double below 2^64
      {"float", "1bffffffffffffffff", false},
      {"float", "3b7fffffffffffffff", true},   // -2^63
      {"float", "3b8000000000000000", false},  // floats below it are not reduced
      {"float", "c249010000000000000000", false},
      {"float", "c482200f", false},
      {"float", "6161", false},
      {"decimal", "05", true},
      {"decimal", "c482200f", true},
      {"decimal", "f97e00", true},
      {"decimal", "f9fc00", true},
      {"decimal", "f93800", false},
      {"decimal", "1bffffffffffffffff", true},
      {"decimal", "3b7fffffffffffffff", true},
      {"decimal", "3b8000000000000000", false},  // as a decimal it has tag 4
      {"decimal", "c249010000000000000000", false},
      {"decimal", "c48200c249010000000000000000", true},
      {"int", "05", true},
      {"int", "3bffffffffffffffff", true},
      {"int", "c249010000000000000000", true},
      {"int", "f93800", false},
      {"bool", "f5", true},
      {"bool", "01", false},
      {"text", "6161", true},
      {"text", "4161", false},
      {"bytes", "4161", true},
      {"date", "d86400", true},
      {"timestamp", "da72700001a10100", true},
      {"timestamp", "d903e9a10100", false},
      {"timestamptz", "d903e9a10100", true},
      {"time", "da72700002a10100", true},
      {"uuid", "d8255000112233445566778899aabbccddeeff", true},
      {"list", "8105", true},
      {"map", "a16005", true},
      {"map", "8105", false},
      {"null", "05", false},
      {"any", "a16005", true},
      {"any", "f93800", true},
  };
  for (const Case& given : cases) {
    const std::string row = "\xa1\x61\x61" + from_hex(given.value);
    const auto decoded = decode_cbor(row, schema_of("b=int, a=" + std::string{given.type}));
    ASSERT_EQ(decoded.has_value(), given.taken) << given.type << " " << given.value;
    if (decoded) {
      EXPECT_EQ(decoded->bytes, row) << given.type << " " << given.value;
    } else {
      EXPECT_EQ(decoded.error().code, ErrorCode::bad_input);
      EXPECT_EQ(decoded.error().row, 1U);
      EXPECT_EQ(decoded.error().offset, 3U);
      EXPECT_EQ(decoded.error().column, "a");
    }
  }
}

TEST(CborSource, TypeOfColumnsNotDeclaredComesFromWhatTheyHold) {
  CborSource source{std::make_unique<TextStream>(from_hex("a1 6161 05 a2 6161 f93800 6162 d86400")),
                    schema_of("c=any")};
  EXPECT_EQ(identity_of(source).value().schema, schema_of("c=any, a=float, b=date"));
}

TEST(CborSource, LongestRowIsTakenAndOneByteMoreIsNot) {
  for (const std::size_t size : {std::size_t{30}, std::size_t{300}, std::size_t{70'000}}) {
    hashing::ByteBuffer row;
    hashing::put_map(row, 1);
    hashing::put_text(row, "a");
    hashing::put_text(row, std::string(size, 'x'));
    const std::string bytes{hashing::as_text(row.view())};
    for (const std::size_t read_bytes : {std::size_t{16}, std::size_t{1000}, std::size_t{1} << 20U}) {
      CborLimits limits;
      limits.read_bytes = read_bytes;
      limits.row_bytes_max = bytes.size();
      const auto taken = decode_cbor("\xa0" + bytes + "\xa0" + bytes, {}, limits, [] { return std::size_t{11}; });
      ASSERT_TRUE(taken) << taken.error().text();
      EXPECT_EQ(taken->rows.size(), 4U);
      limits.row_bytes_max = bytes.size() - 1;
      const auto refused = decode_cbor("\xa0" + bytes + "\xa0", {}, limits);
      ASSERT_FALSE(refused);
      EXPECT_EQ(refused.error().code, ErrorCode::limit_exceeded);
      EXPECT_EQ(refused.error().row, 2U);
      EXPECT_EQ(refused.error().offset, 1U);
    }
  }
}

TEST(CborSource, LengthThatIsPromisedCostsNoMemory) {
  CborLimits limits;
  limits.row_bytes_max = 100;
  for (const char* head : {"a161617bffffffffffffffff", "bbffffffffffffffff", "a161619bffffffffffffffff"}) {
    const auto decoded = decode_cbor(from_hex(head) + std::string(1000, '\0'), {}, limits);
    ASSERT_FALSE(decoded);
    EXPECT_EQ(decoded.error().code, ErrorCode::limit_exceeded) << decoded.error().text();
  }
}

TEST(CborSource, DepthAndColumnsAreBounded) {
  const auto nested = [](std::size_t lists) { return "\xa1\x61\x61" + std::string(lists, '\x81') + "\x01"; };
  EXPECT_TRUE(decode_cbor(nested(64)));
  const auto deep = decode_cbor(nested(65));
  ASSERT_FALSE(deep);
  EXPECT_EQ(deep.error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(deep.error().offset, 3U + 64U);

  CborLimits limits;
  limits.batch.columns_max = 2;
  EXPECT_TRUE(decode_cbor(from_hex("a1 6161 01 a1 6162 01 a0"), {}, limits));
  const auto wide = decode_cbor(from_hex("a1 6161 01 a1 6162 01 a1 6163 01"), {}, limits);
  ASSERT_FALSE(wide);
  EXPECT_EQ(wide.error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(wide.error().row, 3U);
  EXPECT_EQ(wide.error().column, "c");
  EXPECT_FALSE(decode_cbor("", schema_of("a=int, b=int, c=int"), limits));
}

TEST(CborSource, RowsBeforeABreakAreHandedOutFirst) {
  auto stream = std::make_unique<TextStream>(from_hex("a1 6161 01 a1"));
  Error cut;
  cut.code = ErrorCode::truncated;
  cut.reason = "gone";
  stream->break_with(cut);
  CborSource source{std::move(stream)};
  const auto first = wait(decoding_pool(), source.next());
  ASSERT_TRUE(first && *first);
  EXPECT_EQ((*first)->rows(), 1U);
  const auto second = wait(decoding_pool(), source.next());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().reason, "gone");
}

}  // namespace rowprint::test
