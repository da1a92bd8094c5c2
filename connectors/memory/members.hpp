#pragma once

#include <cstddef>
#include <stdexcept>
#include <string_view>
#include <tuple>
#include <type_traits>

namespace rowprint {

/// A data member and the name of its column.
template <typename Struct, typename T>
struct Member {
  using Type = T;
  std::string_view name;
  T Struct::*pointer;
};

/// `name` is a literal: the listing lives as long as the program.
template <typename Struct, typename T>
consteval Member<Struct, T> member(std::string_view name, T Struct::*pointer) {
  if (name.empty() || name.find('\0') != std::string_view::npos) {
    throw std::invalid_argument("a column name is not empty and holds no NUL");
  }
  return {name, pointer};
}

/// What a plain struct consists of, listed once, in the struct itself or beside it:
///
///   struct Flight {
///     int year;
///     std::optional<std::string> tailnum;
///     static constexpr auto rowprint_members = rowprint::members(rowprint::member("year", &Flight::year),
///                                                                rowprint::member("tailnum", &Flight::tailnum));
///   };
///
///   // For a struct that cannot be changed, a function in its own namespace:
///   consteval auto rowprint_members(const Flight*) { return rowprint::members(…); }
///
/// Two members of one name do not compile.
template <typename... Members>
consteval std::tuple<Members...> members(Members... listed) {
  const std::string_view names[] = {listed.name...};
  for (std::size_t i = 0; i < sizeof...(Members); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (names[i] == names[j]) {
        throw std::invalid_argument("two members have one name");
      }
    }
  }
  return {listed...};
}

template <typename T>
concept ListedInside = requires { T::rowprint_members; };
template <typename T>
concept ListedBeside = requires(const T* row) { rowprint_members(row); };
/// A struct whose members are listed.
template <typename T>
concept Described = std::is_class_v<T> && (ListedInside<T> || ListedBeside<T>);

/// A variable, not the function that makes it: clang 16 crashes where a call that returns such a tuple is an argument.
template <Described T>
inline constexpr auto kMembers = [] {
  if constexpr (ListedInside<T>) {
    return T::rowprint_members;
  } else {
    return rowprint_members(static_cast<const T*>(nullptr));
  }
}();

}  // namespace rowprint
