#pragma once

#include "connectors/memory/form_scalar.hpp"
#include "connectors/memory/form_time.hpp"

#include <tuple>
#include <utility>
#include <vector>

namespace rowprint::memory {

template <typename T>
struct Form<std::optional<T>> {
  static constexpr std::optional<Type> declared = FormOf<T>::declared;

  static Result<Cell> cell(const std::optional<T>& value, CellWriter& writer) {
    return value ? FormOf<T>::cell(*value, writer) : Result<Cell>{};
  }
  static Result<void> put(hashing::ByteBuffer& out, const std::optional<T>& value, int depth) {
    if (!value) {
      hashing::put_null(out);
      return {};
    }
    return FormOf<T>::put(out, *value, depth);
  }
};

template <>
struct Form<List> : ValueForm<List> {
  static constexpr std::optional<Type> declared = Type::list;
};
template <>
struct Form<Map> : ValueForm<Map> {
  static constexpr std::optional<Type> declared = Type::map;
};

/// For types that are encoded as one list or map.
template <typename Derived, typename T, Kind kKind, Type kType>
struct NestedForm {
  static constexpr std::optional<Type> declared = kType;

  static Result<Cell> cell(const T& value, CellWriter& writer) {
    return writer.canonical(kKind, [&](hashing::ByteBuffer& out) { return Derived::put(out, value, 0); });
  }
};

/// The pairs of one map on their way into a buffer, in any order.
class MapPairs {
 public:
  MapPairs(hashing::ByteBuffer& out, int depth) : out_(out), begin_(out.size()), depth_(depth) {}

  template <typename T>
  Result<void> add(std::string_view key, const T& value) {
    if (Result<void> valid = check_text(key); !valid) {
      return tl::unexpected{std::move(valid.error())};
    }
    const std::size_t key_begin = out_.size();
    hashing::put_text(out_, key);
    const std::size_t value_begin = out_.size();
    if (Result<void> done = FormOf<T>::put(out_, value, depth_ + 1); !done) {
      return tl::unexpected{inside(key, std::move(done.error()))};
    }
    entries_.push_back({key_begin, value_begin, out_.size()});
    return {};
  }
  /// Errors: bad_input for two equal keys.
  Result<void> close() {
    const hashing::Refusal refusal = hashing::close_map(out_, begin_, entries_);
    if (refusal != hashing::Refusal::none) {
      return fail(refused(refusal));
    }
    return {};
  }

 private:
  hashing::ByteBuffer& out_;
  std::size_t begin_;
  int depth_;
  std::vector<hashing::MapEntry> entries_;
};

/// std::map and the like: text keys, each with a value.
template <typename T>
concept MapLike = std::ranges::forward_range<const T> && requires {
  typename T::key_type;
  typename T::mapped_type;
} && TextLike<typename T::key_type>;

template <MapLike T>
struct Form<T> : NestedForm<Form<T>, T, Kind::map, Type::map> {
  static Result<void> put(hashing::ByteBuffer& out, const T& value, int depth) {
    if (Result<void> checked = check_depth(depth); !checked) {
      return checked;
    }
    MapPairs pairs{out, depth};
    for (const auto& [key, mapped] : value) {
      if (Result<void> added = pairs.add(key, mapped); !added) {
        return added;
      }
    }
    return pairs.close();
  }
};

/// A described struct inside a row is a map from member name to value; its nulls stay.
template <Described T>
struct Form<T> : NestedForm<Form<T>, T, Kind::map, Type::map> {
  static Result<void> put(hashing::ByteBuffer& out, const T& value, int depth) {
    if (Result<void> checked = check_depth(depth); !checked) {
      return checked;
    }
    MapPairs pairs{out, depth};
    Result<void> done;
    const auto add = [&](const auto& listed) {
      done = pairs.add(listed.name, value.*listed.pointer);
      return done.has_value();
    };
    std::apply([&](const auto&... listed) { return (add(listed) && ...); }, kMembers<T>);
    return done ? pairs.close() : done;
  }
};

/// Any other multi-pass range. Its items are of one C++ type; that type is no part of the schema.
template <typename T>
concept ListLike = std::ranges::forward_range<const T> && !TextLike<T> && !BytesLike<T> && !MapLike<T> &&
                   !Described<T> && !std::same_as<std::ranges::range_value_t<const T>, T>;

template <ListLike T>
struct Form<T> : NestedForm<Form<T>, T, Kind::list, Type::list> {
  using Item = std::ranges::range_value_t<const T>;

  static Result<void> put(hashing::ByteBuffer& out, const T& value, int depth) {
    if (Result<void> checked = check_depth(depth); !checked) {
      return checked;
    }
    hashing::put_list(out, static_cast<std::uint64_t>(std::ranges::distance(value)));
    std::size_t index = 0;
    for (auto&& held : value) {
      const Item& item = held;
      if (Result<void> done = FormOf<Item>::put(out, item, depth + 1); !done) {
        return tl::unexpected{inside_item(index, std::move(done.error()))};
      }
      ++index;
    }
    return {};
  }
};

}  // namespace rowprint::memory
