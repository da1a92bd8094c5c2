#pragma once

#include "connectors/memory/cursor.hpp"
#include "connectors/memory/generator.hpp"
#include "connectors/memory/memory_source.hpp"

#include <ranges>
#include <utility>

/// Rows that are in memory already, or that C++ code makes, as sources.
///
/// Which kind of source comes out is decided by the type of the range, at compile time:
///   - a range that can be read twice and knows its length (a vector, an array, a span, a list) is concrete: it is
///     fingerprinted before anything is stored, and nothing is stored where its content is there already;
///   - any other input range (a Generator, a filtered view, an istream_view) is a generator: hashed while it is
///   inserted.
///
/// Lifetimes: an lvalue range is borrowed, an rvalue is owned by the source.
///
///   OK   std::vector<Flight> flights = load();
///        auto source = read_records(flights);           // flights outlives source
///   OK   auto source = read_records(load());            // the source owns them
///   BUG  auto source = read_records(std::span{load()}); // a span owns nothing: its vector is gone
///   BUG  flights.push_back(…);                          // while a source reads them
///
/// Every value is checked and copied batch by batch, so memory beyond the range itself is one batch.
/// Types: connectors/memory/form.hpp; statically typed columns declare their type, so that an empty or all-null column
/// has it too; those of `Value` are learnt from the rows, as JSON's are. Errors of the sources: bad_input and
/// limit_exceeded with row and column; cancelled, with its words, when the range throws.
namespace rowprint {

/// Rows of described structs (members.hpp) or of dictionaries: Record, Map, std::map.
template <std::ranges::viewable_range R>
  requires std::ranges::input_range<R> && memory::RowLike<std::ranges::range_value_t<R>>
auto read_records(R&& rows, ReadOptions options = {}) {
  using View = std::views::all_t<R>;
  using Form = memory::RowForm<std::ranges::range_value_t<R>>;
  using Cursor = memory::RecordCursor<View, Form>;
  return memory::SourceOf<Cursor>{Cursor{std::views::all(std::forward<R>(rows)), Form{}}, std::move(options)};
}

/// Rows of tuples or pairs: read_records(rows, names("id", "name")).
template <std::ranges::viewable_range R, std::size_t kCount>
  requires std::ranges::input_range<R> && memory::TupleLike<std::ranges::range_value_t<R>> &&
           (std::tuple_size_v<std::ranges::range_value_t<R>> == kCount)
auto read_records(R&& rows, Names<kCount> names, ReadOptions options = {}) {
  using View = std::views::all_t<R>;
  using Form = memory::TupleForm<std::ranges::range_value_t<R>>;
  using Cursor = memory::RecordCursor<View, Form>;
  return memory::SourceOf<Cursor>{Cursor{std::views::all(std::forward<R>(rows)), Form{std::move(names)}},
                                  std::move(options)};
}

/// Named columns of one length: read_values(column("id", ids), column("name", names)). Concrete if every column is.
template <std::ranges::view... Views>
  requires(sizeof...(Views) > 0)
auto read_values(ReadOptions options, ValueColumn<Views>... columns) {
  using Cursor = memory::ColumnsCursor<Views...>;
  return memory::SourceOf<Cursor>{Cursor{std::move(columns)...}, std::move(options)};
}
template <std::ranges::view... Views>
  requires(sizeof...(Views) > 0)
auto read_values(ValueColumn<Views>... columns) {
  return read_values(ReadOptions{}, std::move(columns)...);
}

/// Says that a range must be concrete: read_records(concrete(rows)) compiles only if it is.
template <std::ranges::viewable_range R>
  requires ConcreteRange<R>
std::views::all_t<R> concrete(R&& rows) {
  return std::views::all(std::forward<R>(rows));
}

}  // namespace rowprint
