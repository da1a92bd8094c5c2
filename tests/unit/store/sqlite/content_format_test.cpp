#include "store/sqlite/content_format.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace rowprint::sqlite {
namespace {

using Names = std::vector<std::string>;

Names shown(const Names& names) {
  std::vector<std::uint32_t> ordinals(names.size());
  std::iota(ordinals.begin(), ordinals.end(), 0U);
  return view_names(names, ordinals);
}

TEST(ContentView, NamesThatAreDistinctStay) {
  EXPECT_EQ(shown({"id", "Name", "select", ""}), (Names{"id", "Name", "select", ""}));
}

TEST(ContentView, NamesThatDifferOnlyInAsciiCaseAreAllReplaced) {
  EXPECT_EQ(shown({"a", "b", "A"}), (Names{"c0", "b", "c2"}));
}

TEST(ContentView, NamesThatDifferInOtherLettersCaseStay) {
  EXPECT_EQ(shown({"\xC3\x84", "\xC3\xA4"}), (Names{"\xC3\x84", "\xC3\xA4"}));
}

TEST(ContentView, NamesOfTheRowidAreReplaced) {
  EXPECT_EQ(shown({"rowid", "OID", "_RowId_"}), (Names{"c0", "c1", "c2"}));
}

TEST(ContentView, AReplacementDrivesOutTheColumnThatIsCalledSo) {
  EXPECT_EQ(shown({"a", "A", "C0", "c2"}), (Names{"c0", "c1", "c2", "c3"}));
}

TEST(ContentView, AColumnThatIsCalledLikeItsOwnPlaceStays) {
  EXPECT_EQ(shown({"c0", "a", "A"}), (Names{"c0", "c1", "c2"}));
}

TEST(ContentView, ReplacementsAreNamedForTheStoredColumn) {
  const Names names{"a", "A"};
  const std::vector<std::uint32_t> ordinals{7, 3};
  EXPECT_EQ(view_names(names, ordinals), (Names{"c7", "c3"}));
}

TEST(Identifier, QuotesAreDoubled) {
  EXPECT_EQ(quoted("a\"b\"\"c"), "\"a\"\"b\"\"\"\"c\"");
}

TEST(Form, NamesReadBack) {
  for (const Form form : {Form::native, Form::boolean, Form::tagged}) {
    EXPECT_EQ(parse_form(to_string(form)), form);
  }
  EXPECT_FALSE(parse_form("nativ"));
}

}  // namespace
}  // namespace rowprint::sqlite
