#include "hashing/canonical.hpp"
#include "hashing/canonical_reader.hpp"
#include "ingest/model/schema.hpp"

#include <bit>
#include <limits>

namespace rowprint {
namespace {

constexpr std::uint32_t bit(Kind kind) {
  return 1U << static_cast<std::uint32_t>(kind);
}

Type type_of_kind(Kind kind) {
  switch (kind) {
    case Kind::null:
      return Type::null;
    case Kind::boolean:
      return Type::boolean;
    case Kind::integer:
    case Kind::big_integer:
      return Type::integer;
    case Kind::floating:
      return Type::floating;
    case Kind::decimal:
      return Type::decimal;
    case Kind::text:
      return Type::text;
    case Kind::bytes:
      return Type::bytes;
    case Kind::date:
      return Type::date;
    case Kind::time:
      return Type::time;
    case Kind::timestamp:
      return Type::timestamp;
    case Kind::timestamptz:
      return Type::timestamptz;
    case Kind::uuid:
      return Type::uuid;
    case Kind::list:
      return Type::list;
    case Kind::map:
      return Type::map;
  }
  return Type::any;
}

Type widened(std::uint32_t kinds) {
  const bool beyond_double = (kinds & kBeyondDouble) != 0;
  kinds &= ~kBeyondDouble & ~bit(Kind::null);
  if (kinds == 0) {
    return Type::null;
  }
  if ((kinds & ~(bit(Kind::integer) | bit(Kind::big_integer))) == 0) {
    return Type::integer;
  }
  if (std::has_single_bit(kinds)) {
    return type_of_kind(static_cast<Kind>(std::countr_zero(kinds)));
  }
  const bool numbers = kinds == (bit(Kind::integer) | bit(Kind::floating));
  return numbers && !beyond_double ? Type::floating : Type::any;
}

std::uint32_t kinds_of_type(Type type) {
  std::uint32_t kinds = kBeyondDouble;
  for (std::size_t kind = 0; kind < kKinds; ++kind) {
    if (is_of_type(static_cast<Kind>(kind), type)) {
      kinds |= bit(static_cast<Kind>(kind));
    }
  }
  return kinds;
}

}  // namespace

SchemaInference::SchemaInference(const Schema& declared) {
  for (const Column& column : declared.columns) {
    state_of_name_.emplace(column.name, static_cast<std::uint32_t>(states_.size()));
    states_.push_back({column.name, 0, true, column.type});
  }
}

Result<void> SchemaInference::observe(const Batch& batch) {
  const ColumnTable& columns = batch.columns();
  for (std::size_t ordinal = state_of_ordinal_.size(); ordinal < columns.size(); ++ordinal) {
    const auto [place, added] =
        state_of_name_.emplace(columns.name(ordinal), static_cast<std::uint32_t>(states_.size()));
    if (added) {
      states_.push_back({columns.name(ordinal), 0, false, Type::null});
    }
    state_of_ordinal_.push_back(place->second);
  }
  const std::span<const std::uint32_t> kinds = batch.kinds();
  for (std::size_t ordinal = 0; ordinal < kinds.size(); ++ordinal) {
    State& state = states_[state_of_ordinal_[ordinal]];
    state.kinds |= kinds[ordinal];
    if (state.declared && (kinds[ordinal] & ~kinds_of_type(state.type)) != 0) {
      Error error{ErrorCode::unsupported_value,
                  "the source gave a value that is not of the declared type " + std::string{to_string(state.type)},
                  {},
                  {},
                  {}};
      error.column = state.name;
      return fail(std::move(error));
    }
  }
  return {};
}

Schema SchemaInference::schema() const {
  Schema schema;
  schema.columns.reserve(states_.size());
  for (const State& state : states_) {
    schema.columns.push_back({state.name, state.declared ? state.type : widened(state.kinds)});
  }
  return schema;
}

std::string SchemaInference::export_state() const {
  hashing::ByteBuffer out;
  hashing::put_list(out, states_.size());
  for (const State& state : states_) {
    hashing::put_list(out, 3);
    hashing::put_text(out, state.name);
    if (state.declared) {
      hashing::put_text(out, to_string(state.type));
    } else {
      hashing::put_null(out);
    }
    hashing::put_uint(out, state.kinds);
  }
  return std::string{hashing::as_text(out.view())};
}

Result<SchemaInference> SchemaInference::import_state(std::string_view state) {
  using Item = hashing::Item;
  const auto corrupt = [] { return fail(ErrorCode::corrupt, "the state of an inference that is none"); };
  hashing::CanonicalReader reader{hashing::as_bytes(state)};
  const auto columns = reader.read();
  if (!columns || columns->kind != Item::Kind::list) {
    return corrupt();
  }
  SchemaInference inference;
  while (!reader.at_end()) {
    const auto column = reader.read();
    const auto name = reader.read();
    const auto declared = reader.read();
    if (!column || column->kind != Item::Kind::list || column->count != 3 || !name || name->kind != Item::Kind::text ||
        !declared) {
      return corrupt();
    }
    State learned{std::string{hashing::as_text(name->bytes)}, 0, declared->kind == Item::Kind::text, Type::null};
    if (learned.declared) {
      const auto type = parse_type(hashing::as_text(declared->bytes));
      if (!type) {
        return corrupt();
      }
      learned.type = *type;
    } else if (declared->kind != Item::Kind::null) {
      return corrupt();
    }
    const auto kinds = reader.read();
    if (!kinds || kinds->kind != Item::Kind::integer || kinds->integer < 0 ||
        kinds->integer > std::numeric_limits<std::uint32_t>::max()) {
      return corrupt();
    }
    learned.kinds = static_cast<std::uint32_t>(kinds->integer);
    const auto place = static_cast<std::uint32_t>(inference.states_.size());
    if (!inference.state_of_name_.emplace(learned.name, place).second) {
      return corrupt();
    }
    inference.states_.push_back(std::move(learned));
  }
  return columns->count == inference.states_.size() ? Result<SchemaInference>{std::move(inference)} : corrupt();
}

}  // namespace rowprint
