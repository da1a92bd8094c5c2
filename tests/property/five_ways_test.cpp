#include "connectors/http/ndjson_source.hpp"
#include "tests/property/identity.hpp"
#include "tests/property/processes.hpp"
#include "tests/property/wire.hpp"
#include "tests/support/rows_source.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/text_stream.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <fstream>
#include <functional>

namespace rowprint::test {
namespace {

using Json = nlohmann::ordered_json;

std::vector<std::string_view> cut(Random& random, std::string_view text) {
  const std::size_t piece_max = random.pick<std::size_t>({40, 1000, 100'000});
  std::vector<std::string_view> pieces;
  while (!text.empty()) {
    const std::size_t size = std::min<std::size_t>(text.size(), 1 + random.below(piece_max));
    pieces.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return pieces;
}

Json schema_json(const Schema& schema) {
  Json list = Json::array();
  for (const Column& column : schema.columns) {
    list.push_back({column.name, std::string{to_string(column.type)}});
  }
  return list;
}

/// What an independent implementation needs to compute the same: tests/property/recompute.py.
class CasesFile {
 public:
  CasesFile() {
    if (const char* path = std::getenv("ROWPRINT_CASES_FILE")) {
      file_.open(path, std::ios::trunc);
    }
  }
  void add(const RandomCase& given, const std::string& text, const RowHash::Summary& expected) {
    file_ << Json{{"number", given.number},
                  {"declared", schema_json(given.declared)},
                  {"ndjson", hashing::to_hex(hashing::as_bytes(text))},
                  {"schema", schema_json(expected.schema)},
                  {"sequence", expected.sequence.text()},
                  {"multiset", expected.multiset->text()}}
                 .dump()
          << '\n';
  }

 private:
  std::ofstream file_;
};

/// A daemon, a connection to it and the command, for all cases of a run.
class FiveWays : public testing::Test {
 protected:
  FiveWays() : daemon_(ROWPRINTD_PROGRAM, folder_.path().string()), wire_(daemon_.port()), workers_(1) {}

  Ended command(std::vector<std::string> arguments, const std::vector<std::string_view>& input = {},
                const std::string& schema = {}) {
    arguments.insert(arguments.begin(), ROWPRINT_PROGRAM);
    if (!schema.empty()) {
      arguments.push_back("--schema=" + schema);
    }
    return run_program(arguments, input,
                       {{"ROWPRINT_URL", daemon_.url()}, {"XDG_CACHE_HOME", (folder_.path() / "cache").string()}});
  }

  std::string file_of(const std::string& text) {
    const std::string path = (folder_.path() / "rows.ndjson").string();
    std::ofstream{path, std::ios::binary | std::ios::trunc} << text;
    return path;
  }

  void check(Random& random, const RandomCase& given);
  std::vector<std::function<void()>> ways(Random& random, const RandomCase& given, const RowHash::Summary& expected);
  void expect_receipt(const std::string& body, const hashing::Fingerprint& fingerprint, const RandomCase& given);
  void expect_verified_and_read_back(Random& random, const RandomCase& given, const RowHash::Summary& expected);
  void expect_the_command_reads_back(const RowHash::Summary& expected);
  std::string canonical_rows(const RandomCase& given);

  TemporaryFolder folder_;
  Daemon daemon_;
  Wire wire_;
  boost::asio::thread_pool workers_;
  CasesFile cases_;
  std::string dataset_;
  int receipts_ = 0;
  std::uint64_t version_ = 0;      ///< of a push whose order counts
  std::uint64_t set_version_ = 0;  ///< of one whose order does not
};

void FiveWays::expect_receipt(const std::string& body, const hashing::Fingerprint& fingerprint,
                              const RandomCase& given) {
  const Json receipt = Json::parse(body);
  EXPECT_EQ(receipt["fingerprint"], fingerprint.text());
  EXPECT_EQ(receipt["content"]["rows"], given.rows.size());
  EXPECT_TRUE(receipts_ == 0 || receipt["reused"].get<bool>()) << body;
  ++receipts_;
  (fingerprint.kind == hashing::Fingerprint::Kind::sequence ? version_ : set_version_) = receipt["version"];
}

/// Six uses of three ways in, each way once for either order; the list and the generator are the other two. Texts are
/// spelt anew for each. Two more bring the rows as they are encoded, which have one spelling only.
std::vector<std::function<void()>> FiveWays::ways(Random& random, const RandomCase& given,
                                                  const RowHash::Summary& expected) {
  const std::string schema = format_schema(given.declared);
  const std::string target = "/v1/datasets/" + dataset_ + "/versions?schema=" + escape(schema) + "&order=";
  // The encoding does not tell 5.0 from 5: it is pushed under the schema that the rows came to.
  const std::string encoded_schema = format_schema(expected.schema);
  const std::string encoded_target =
      "/v1/datasets/" + dataset_ + "/versions?schema=" + escape(encoded_schema) + "&order=";
  const Headers ndjson{{"Content-Type", "application/x-ndjson"}};
  const auto fingerprint_of = [](const Ended& ended) {
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    return ended.out;
  };
  return {
      [=, this, &random, &given] {
        const std::string text = spell(random, given);
        const Answer answer = wire_.post_chunked(target + "sequence", ndjson, cut(random, text));
        ASSERT_EQ(answer.status, 201) << answer.body << text.substr(0, 4000);
        expect_receipt(answer.body, expected.sequence, given);
      },
      [=, this, &random, &given] {
        const std::string text = spell(random, given);
        const Answer answer = wire_.post(target + "set", ndjson, text);
        ASSERT_EQ(answer.status, 201) << answer.body << text.substr(0, 4000);
        expect_receipt(answer.body, *expected.multiset, given);
      },
      [=, this, &random, &given] {
        const Ended pushed = command({"push", dataset_, file_of(spell(random, given)), "--json"}, {}, schema);
        ASSERT_EQ(pushed.exit_code, 0) << pushed.err;
        expect_receipt(pushed.out, expected.sequence, given);
      },
      [=, this, &random, &given] {
        const std::string text = spell(random, given);
        const Ended pushed = command({"push", dataset_, "-", "--order=set", "--json"}, cut(random, text), schema);
        ASSERT_EQ(pushed.exit_code, 0) << pushed.err;
        expect_receipt(pushed.out, *expected.multiset, given);
      },
      [=, this, &random, &given] {
        const Ended hashed = command({"hash", file_of(spell(random, given)), "--order=set"}, {}, schema);
        EXPECT_EQ(fingerprint_of(hashed), expected.multiset->text() + "\n");
      },
      [=, this, &random, &given] {
        const std::string text = spell(random, given);
        EXPECT_EQ(fingerprint_of(command({"hash", "-"}, cut(random, text), schema)), expected.sequence.text() + "\n");
        cases_.add(given, text, expected);
      },
      [=, this, &random, &given] {
        const std::string rows = canonical_rows(given);
        const Answer answer =
            wire_.post_chunked(encoded_target + "set", {{"Content-Type", "application/cbor-seq"}}, cut(random, rows));
        ASSERT_EQ(answer.status, 201) << answer.body;
        expect_receipt(answer.body, *expected.multiset, given);
      },
      [=, this, &random, &given] {
        const std::string rows = canonical_rows(given);
        const Ended hashed = command({"hash", "-", "--format=cbor"}, cut(random, rows), encoded_schema);
        EXPECT_EQ(fingerprint_of(hashed), expected.sequence.text() + "\n");
      },
  };
}

std::string FiveWays::canonical_rows(const RandomCase& given) {
  auto list = read_records(given.rows, {.declared = given.declared});
  std::string rows;
  while (true) {
    auto batch = wait(workers_, list.next());
    if (!batch || !*batch) {
      return rows;
    }
    EXPECT_TRUE((*batch)->encode(1U << 20U));
    rows += hashing::as_text((*batch)->encoded().bytes.view());
  }
}

void FiveWays::expect_verified_and_read_back(Random& random, const RandomCase& given,
                                             const RowHash::Summary& expected) {
  const std::string versions = "/v1/datasets/" + dataset_ + "/versions/";
  for (const std::uint64_t number : {version_, set_version_}) {
    const Answer verified = wire_.post(versions + std::to_string(number) + "/verify", {}, "");
    ASSERT_EQ(verified.status, 200) << verified.body;
    EXPECT_TRUE(Json::parse(verified.body)["agrees"].get<bool>()) << verified.body;
  }
  const std::string version = versions + std::to_string(version_);
  if (random.chance(50)) {
    const Answer rows = wire_.get(version + "/rows", {{"Accept", "application/cbor-seq"}});
    EXPECT_EQ(rows.status, 200);
    EXPECT_TRUE(rows.body == canonical_rows(given));
    return;
  }
  const Answer rows = wire_.get(version + "/rows");
  ASSERT_EQ(rows.status, 200) << rows.body;
  NdjsonSource again{std::make_unique<TextStream>(rows.body, 1U << 16U), expected.schema};
  const auto read = wait(workers_, drain(again));
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(difference(given.rows, expected.schema, *read), "") << rows.body.substr(0, 4000);
}

/// `cat`, told the schema that `cat --schema` prints, comes to the same fingerprint; and `verify` agrees.
void FiveWays::expect_the_command_reads_back(const RowHash::Summary& expected) {
  const std::string target = dataset_ + "@" + std::to_string(version_);
  const Ended verified = command({"verify", target});
  EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
  const Ended rows = command({"cat", target});
  Ended schema = command({"cat", target, "--schema"});
  ASSERT_EQ(rows.exit_code + schema.exit_code, 0) << rows.err << schema.err;
  ASSERT_TRUE(schema.out.ends_with('\n'));
  schema.out.pop_back();
  const Ended hashed = command({"hash", "-"}, {rows.out}, schema.out);
  EXPECT_EQ(hashed.out, expected.sequence.text() + "\n") << hashed.err;
}

void FiveWays::check(Random& random, const RandomCase& given) {
  auto list = read_records(given.rows, random_options(random, given.declared));
  const RowHash::Summary expected = identify(workers_, list);
  auto generator = read_records(one_by_one(&given.rows), random_options(random, given.declared));
  const RowHash::Summary generated = identify(workers_, generator);
  EXPECT_EQ(generated.sequence, expected.sequence);
  EXPECT_EQ(generated.multiset, expected.multiset);

  dataset_ = "case-" + std::to_string(given.number);
  receipts_ = 0;
  auto in_any_order = ways(random, given, expected);
  random.shuffle(in_any_order);
  for (const auto& way : in_any_order) {
    way();
  }
  EXPECT_EQ(receipts_, 5);
  expect_verified_and_read_back(random, given, expected);
  if (given.number % 25 == 0) {
    expect_the_command_reads_back(expected);
  }
}

TEST_F(FiveWays, GiveOneFingerprintVerifyAndReadBackEqual) {
  const std::uint64_t seed = run_seed();
  for (std::uint64_t number = 0; number < run_cases(); ++number) {
    SCOPED_TRACE("ROWPRINT_SEED=" + std::to_string(seed) + " case " + std::to_string(number));
    Random random{seed + 31 * number};
    check(random, random_case(seed, number));
    if (HasFailure()) {
      return;
    }
  }
  EXPECT_EQ(daemon_.stop(), 0);
}

}  // namespace
}  // namespace rowprint::test
