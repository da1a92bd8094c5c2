#include "store/sqlite/row_binder.hpp"

#include <sqlite3.h>
#include <cmath>

namespace rowprint::sqlite {

void RowBinder::become_tagged(std::size_t ordinal, std::uint64_t number) {
  if (forms_[ordinal] == Learned::tagged) {
    return;
  }
  // Where nothing but nulls came before, the whole column is tagged.
  const std::uint64_t from_row = forms_[ordinal] == Learned::nothing ? 1 : number;
  forms_[ordinal] = Learned::tagged;
  if (from_row == 1 || number == 1) {
    std::erase_if(changes_, [ordinal](const FormChange& change) { return change.ordinal == ordinal; });
  }
  changes_.push_back({static_cast<std::uint32_t>(ordinal), from_row, Form::tagged});
}

void RowBinder::become_native(std::size_t ordinal, std::uint64_t number) {
  if (forms_[ordinal] == Learned::boolean) {
    become_tagged(ordinal, number);
  } else {
    forms_[ordinal] = Learned::native;
  }
}

void RowBinder::become_boolean(std::size_t ordinal, std::uint64_t number) {
  if (forms_[ordinal] == Learned::nothing) {
    forms_[ordinal] = Learned::boolean;
    changes_.push_back({static_cast<std::uint32_t>(ordinal), 1, Form::boolean});
  } else {
    become_tagged(ordinal, number);
  }
}

void RowBinder::encode(int parameter, const Cell& cell) {
  const std::size_t begin = encoded_bytes_.size();
  put_cell(encoded_bytes_, cell);
  encoded_.push_back({parameter, begin, encoded_bytes_.size()});
}

int RowBinder::bind_cell(sqlite3_stmt* statement, int parameter, const Cell& cell, std::size_t ordinal,
                         std::uint64_t number) {
  const auto blob = [&](hashing::ByteView bytes) {
    return bytes.empty()
               ? sqlite3_bind_zeroblob(statement, parameter, 0)
               : sqlite3_bind_blob(statement, parameter, bytes.data(), static_cast<int>(bytes.size()), SQLITE_STATIC);
  };
  const auto take_native = [&] {
    if (forms_[ordinal] == Learned::nothing || forms_[ordinal] == Learned::boolean) {
      become_native(ordinal, number);
    }
  };
  switch (cell.kind()) {
    case Kind::null:
      return sqlite3_bind_null(statement, parameter);
    case Kind::integer:
      take_native();
      return sqlite3_bind_int64(statement, parameter, cell.integer());
    case Kind::text: {
      take_native();
      const std::string_view text = cell.text();
      return sqlite3_bind_text(statement, parameter, text.empty() ? "" : text.data(), static_cast<int>(text.size()),
                               SQLITE_STATIC);
    }
    case Kind::floating:
      // SQLite binds NaN as NULL.
      if (!std::isnan(cell.floating())) {
        take_native();
        return sqlite3_bind_double(statement, parameter, cell.floating());
      }
      break;
    case Kind::bytes:
      take_native();
      if (forms_[ordinal] == Learned::native) {
        return blob(cell.bytes());
      }
      break;
    case Kind::boolean:
      if (forms_[ordinal] != Learned::boolean) {
        become_boolean(ordinal, number);
      }
      if (forms_[ordinal] == Learned::boolean) {
        return sqlite3_bind_int64(statement, parameter, cell.boolean() ? 1 : 0);
      }
      break;
    case Kind::big_integer:
    case Kind::decimal:
    case Kind::list:
    case Kind::map:
      become_tagged(ordinal, number);
      return blob(cell.bytes());
    case Kind::date:
    case Kind::time:
    case Kind::timestamp:
    case Kind::timestamptz:
    case Kind::uuid:
      break;
  }
  become_tagged(ordinal, number);
  encode(parameter, cell);
  return SQLITE_OK;
}

int RowBinder::bind(sqlite3_stmt* statement, const Batch& batch, std::size_t first, std::size_t rows,
                    std::uint64_t number) {
  encoded_bytes_.clear();
  encoded_.clear();
  int code = SQLITE_OK;
  int parameter = 1;
  for (std::size_t row = 0; row < rows; ++row) {
    const std::span<const Cell> cells = batch.row(first + row);
    for (std::size_t ordinal = 0; ordinal < cells.size(); ++ordinal) {
      code |= bind_cell(statement, parameter++, cells[ordinal], ordinal, number + row);
    }
    for (std::size_t ordinal = cells.size(); ordinal < forms_.size(); ++ordinal) {
      code |= sqlite3_bind_null(statement, parameter++);
    }
  }
  for (const Encoded& value : encoded_) {
    code |= sqlite3_bind_blob(statement, value.parameter, encoded_bytes_.data() + value.begin,
                              static_cast<int>(value.end - value.begin), SQLITE_STATIC);
  }
  return code;
}

}  // namespace rowprint::sqlite
