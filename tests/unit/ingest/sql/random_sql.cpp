#include "tests/unit/ingest/sql/random_sql.hpp"

#include <algorithm>

namespace rowprint::sql {
namespace {

class Maker {
 public:
  explicit Maker(test::Random& random) : random_(random) {}

  RandomSql make() {
    put("SELECT ");
    pieces(6, 0);
    if (random_.chance(40)) {
      made_.ordered = true;
      space();
      put(random_.pick({"ORDER", "order", "OrDeR"}));
      space();
      put(random_.pick({"BY", "by"}));
      space();
      pieces(2, 0);
    }
    return std::move(made_);
  }

 private:
  void put(const std::string& text) {
    made_.text += text;
    made_.numbered += text;
  }

  /// At least one separator, comments among them. Nothing in them may be a quote in one tongue and a comment in
  /// another.
  void space() { put(random_.pick({" ", "\n", "\t ", " -- ORDER BY ) :a\n", " /* ( ORDER BY */ ", "/**/"})); }

  void pieces(unsigned most, int depth) {
    for (std::uint64_t count = 1 + random_.below(most); count > 0; --count) {
      piece(depth);
      space();
    }
  }

  void piece(int depth) {
    switch (random_.below(depth < 4 ? 8 : 6)) {
      case 0:
        return put(random_.pick({"a", "order_by", "reorder", "BY", "ordeR_", "x1", "1", "2.5e3", ",", "+", "::text"}));
      case 1:
        return put(random_.pick({"'it''s ( ORDER BY'", "':a'", "''", "U&' ORDER BY '", "'--'", "'/*'"}));
      case 2:
        return put(random_.pick({"\"ORDER BY\"", "\")\"", "\":a\"", "U&\"(\""}));
      case 3:
        return put(random_.pick({"$$ORDER BY ($$", "$x$ $$ :a ) $x$", "$_1$ORDER BY$_1$"}));
      case 4:
      case 5:
        return placeholder();
      default:
        put("(");
        if (random_.chance(50)) {
          put("SELECT 1 ORDER BY ");
        }
        pieces(3, depth + 1);
        put(")");
    }
  }

  void placeholder() {
    const std::string name = random_.pick({"a", "b2", "long_name"});
    auto& names = made_.placeholders;
    auto known = std::ranges::find(names, name);
    if (known == names.end()) {
      known = names.insert(names.end(), name);
    }
    made_.text += ":" + name;
    made_.numbered += "$" + std::to_string(known - names.begin() + 1);
  }

  test::Random& random_;
  RandomSql made_;
};

}  // namespace

RandomSql random_sql(test::Random& random) {
  return Maker{random}.make();
}

}  // namespace rowprint::sql
