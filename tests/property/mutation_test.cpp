#include "tests/property/mutations.hpp"

#include "tests/property/identity.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace rowprint::test {
namespace {

/// What the fingerprints stand for, spelt out: the schema's encoding and the rows', in order and sorted.
struct Plain {
  hashing::Digest schema{};
  std::vector<std::string> rows;
  std::vector<std::string> sorted;
};

/// Rows with any values that C++ can hold, those included that JSON has no form for.
std::vector<Record> random_records(Random& random) {
  while (true) {
    auto rows = random_rows(random, {12, 6, false});
    if (rows.size() >= 2) {
      return rows;
    }
  }
}

Plain plain(boost::asio::thread_pool& workers, const std::vector<Record>& rows, const Schema& schema) {
  Plain out;
  out.schema = schema.digest();
  auto source = read_records(rows);
  while (true) {
    auto batch = wait(workers, source.next());
    if (!batch) {
      throw std::runtime_error{batch.error().text()};
    }
    if (!*batch) {
      break;
    }
    for (std::size_t i = 0; i < (*batch)->rows(); ++i) {
      Map row;
      for (std::size_t ordinal = 0; ordinal < (*batch)->row(i).size(); ++ordinal) {
        const Cell& cell = (*batch)->row(i)[ordinal];
        if (!cell.is_null()) {
          row.pairs.emplace_back((*batch)->columns().name(ordinal), to_value(cell));
        }
      }
      hashing::ByteBuffer encoded;
      if (auto put = put_value(encoded, Value{std::move(row)}); !put) {
        throw std::runtime_error{put.error().text()};
      }
      out.rows.emplace_back(hashing::as_text(encoded.view()));
    }
  }
  out.sorted = out.rows;
  std::sort(out.sorted.begin(), out.sorted.end());
  return out;
}

/// The fingerprints agree exactly where what they stand for does.
void expect_told_apart(const Plain& before, const Plain& after, const RowHash::Summary& first,
                       const RowHash::Summary& second) {
  const bool same_schema = before.schema == after.schema;
  EXPECT_EQ(first.sequence == second.sequence, same_schema && before.rows == after.rows);
  EXPECT_EQ(*first.multiset == *second.multiset, same_schema && before.sorted == after.sorted);
}

TEST(Mutation, OneChangeChangesEveryFingerprintThatItMust) {
  boost::asio::thread_pool workers{1};
  const std::uint64_t seed = run_seed();
  std::map<std::string_view, int> made;
  for (std::uint64_t number = 0; number < run_cases(); ++number) {
    Random random{seed * 0x9E3779B97F4A7C15U + number};
    const std::vector<Record> rows = random_records(random);
    auto source = read_records(rows);
    const auto before = identify(workers, source);
    const Plain plain_before = plain(workers, rows, before.schema);
    for (const Mutation& mutation : mutations()) {
      std::vector<Record> changed = rows;
      if (!mutation.apply(random, changed)) {
        continue;
      }
      ++made[mutation.name];
      SCOPED_TRACE(std::string{mutation.name} + ", ROWPRINT_SEED=" + std::to_string(seed) + " case " +
                   std::to_string(number));
      auto changed_source = read_records(changed);
      const auto after = identify(workers, changed_source);
      const bool sequence_differs = after.sequence != before.sequence;
      const bool multiset_differs = *after.multiset != *before.multiset;
      EXPECT_EQ(sequence_differs, mutation.changes != Mutation::Changes::nothing);
      EXPECT_EQ(multiset_differs, mutation.changes == Mutation::Changes::both);
      expect_told_apart(plain_before, plain(workers, changed, after.schema), before, after);
      if (testing::Test::HasFailure()) {
        return;
      }
    }
  }
  for (const Mutation& mutation : mutations()) {
    EXPECT_GE(made[mutation.name], static_cast<int>(run_cases() / 100)) << mutation.name << " was hardly ever tried";
  }
}

void expect_alone(std::map<hashing::Fingerprint, Plain>& seen, const hashing::Fingerprint& fingerprint,
                  const Plain& contents) {
  const auto [place, is_new] = seen.emplace(fingerprint, contents);
  if (!is_new) {
    EXPECT_EQ(place->second.schema, contents.schema);
    EXPECT_EQ(place->second.rows, contents.rows);
    EXPECT_EQ(place->second.sorted, contents.sorted);
  }
}

TEST(Mutation, NoTwoContentsOfARunShareAFingerprint) {
  boost::asio::thread_pool workers{1};
  const std::uint64_t seed = run_seed();
  std::map<hashing::Fingerprint, Plain> seen;
  for (std::uint64_t number = 0; number < run_cases(); ++number) {
    const RandomCase given = random_case(seed, number);
    auto source = read_records(given.rows, {.declared = given.declared});
    const auto summary = identify(workers, source);
    Plain contents = plain(workers, given.rows, summary.schema);
    Plain as_set = contents;
    as_set.rows.clear();
    contents.sorted.clear();
    expect_alone(seen, summary.sequence, contents);
    expect_alone(seen, *summary.multiset, as_set);
  }
  EXPECT_GT(seen.size(), run_cases());
}

}  // namespace
}  // namespace rowprint::test
