#include "connectors/http/cbor_path.hpp"

#include "connectors/http/line_check.hpp"
#include "hashing/canonical_reader.hpp"

#include <cstdint>
#include <variant>
#include <vector>

namespace rowprint {
namespace {

using hashing::Item;

/// A list or a map that is not at its end.
struct Container {
  std::uint64_t left = 0;
  bool is_map = false;
  bool after_key = false;
};

bool is_container(const Item& item) {
  return item.kind == Item::Kind::list || item.kind == Item::Kind::map;
}

/// Where a walk over a row stands.
class Walk {
 public:
  bool at_key() const { return !open_.empty() && open_.back().is_map && !open_.back().after_key; }

  void enter_key(const Item& key) {
    path_.back() = std::string{hashing::as_text(key.bytes)};
    open_.back().after_key = true;
  }

  void pass_value(const Item& value) {
    if (is_container(value) && value.count != 0) {
      const bool is_map = value.kind == Item::Kind::map;
      open_.push_back({value.count, is_map, false});
      path_.emplace_back(is_map ? Step{std::string{}} : Step{std::size_t{0}});
      return;
    }
    // A value is done, and so is every container of which it was the last.
    while (!open_.empty()) {
      Container& inner = open_.back();
      inner.after_key = false;
      if (--inner.left != 0) {
        if (!inner.is_map) {
          ++std::get<std::size_t>(path_.back());
        }
        return;
      }
      open_.pop_back();
      path_.pop_back();
    }
  }

  void leave_key() { path_.pop_back(); }
  std::string text() const { return format_path(path_); }

 private:
  using Step = std::variant<std::string, std::size_t>;
  std::vector<Container> open_;
  std::vector<Step> path_;
};

}  // namespace

std::string cbor_path(hashing::ByteView row, std::size_t offset) {
  hashing::CanonicalReader reader{row};
  Walk walk;
  while (reader.offset() < offset) {
    const auto item = reader.read();
    if (!item) {
      break;
    }
    if (walk.at_key()) {
      walk.enter_key(*item);
    } else {
      walk.pass_value(*item);
    }
  }
  if (walk.at_key()) {
    const auto key = reader.read();
    if (key && key->kind == Item::Kind::text) {
      walk.enter_key(*key);
    } else {
      walk.leave_key();
    }
  }
  return walk.text();
}

}  // namespace rowprint
