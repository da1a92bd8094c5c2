#include "store/sqlite/column_forms.hpp"

namespace rowprint::sqlite {

void ColumnForms::leave_plain(std::size_t ordinal, std::uint64_t row) {
  if (learned_[ordinal] == Learned::boolean) {
    become_tagged(ordinal, row);
  } else {
    learned_[ordinal] = Learned::native;
  }
}

bool ColumnForms::take_boolean(std::size_t ordinal, std::uint64_t row) {
  if (learned_[ordinal] == Learned::nothing) {
    learned_[ordinal] = Learned::boolean;
    changes_.push_back({static_cast<std::uint32_t>(ordinal), 1, Form::boolean});
  }
  if (learned_[ordinal] != Learned::boolean) {
    take_other(ordinal, row);
    return false;
  }
  return true;
}

void ColumnForms::become_tagged(std::size_t ordinal, std::uint64_t row) {
  // Where nothing but nulls came before, the whole column is tagged.
  const std::uint64_t from_row = learned_[ordinal] == Learned::nothing ? 1 : row;
  learned_[ordinal] = Learned::tagged;
  changes_.push_back({static_cast<std::uint32_t>(ordinal), from_row, Form::tagged});
}

}  // namespace rowprint::sqlite
