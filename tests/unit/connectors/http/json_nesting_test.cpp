#include "connectors/http/json_nesting.hpp"

#include "tests/support/random.hpp"

#include <gtest/gtest.h>
#include <optional>
#include <string>

namespace rowprint::test {
namespace {

/// The definition, one byte after the other.
std::optional<std::size_t> plain_end(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\') {
      ++i;
    } else if (c == '"') {
      in_string = !in_string;
    } else if (!in_string && (c == '{' || c == '[')) {
      ++depth;
    } else if (!in_string && (c == '}' || c == ']') && --depth == 0) {
      return i + 1;
    }
  }
  return std::nullopt;
}

std::string random_text(Random& random) {
  std::string text = random.chance(50) ? "{" : "[";
  const unsigned marks = random.chance(50) ? 60 : 8;
  for (std::uint64_t size = random.below(400); size > 0; --size) {
    text.push_back(random.chance(marks) ? random.pick({'"', '\\', '{', '}', '[', ']', '\\', '"'})
                                        : static_cast<char>(random.bits()));
  }
  return text;
}

}  // namespace

TEST(JsonNesting, EndIsThatOfTheDefinitionInWhateverPieces) {
  Random random{run_seed()};
  int found = 0;
  for (int round = 0; round < 20'000; ++round) {
    const std::string text = random_text(random);
    const auto expected = plain_end(text);
    found += expected ? 1 : 0;
    JsonNesting whole;
    ASSERT_EQ(whole.find_end(text), expected) << testing::PrintToString(text);
    ASSERT_TRUE(!whole.has_escapes() || text.find('\\') != std::string::npos);
    JsonNesting cut;
    std::optional<std::size_t> end;
    for (std::size_t at = 0; at < text.size() && !end;) {
      const std::size_t size = std::min(text.size() - at, 1 + random.below(100));
      end = cut.find_end(std::string_view{text}.substr(at, size));
      end = end ? std::optional{at + *end} : std::nullopt;
      at += size;
    }
    ASSERT_EQ(end, expected) << testing::PrintToString(text);
  }
  EXPECT_GT(found, 2000);
}

TEST(JsonNesting, EveryBackslashInATextIsSeen) {
  for (std::size_t before = 0; before < 200; ++before) {
    const std::string text = "{\"" + std::string(before, 'x') + "\\\\\":[]}";
    JsonNesting nesting;
    ASSERT_EQ(nesting.find_end(text), text.size());
    ASSERT_TRUE(nesting.has_escapes());
  }
}

}  // namespace rowprint::test
