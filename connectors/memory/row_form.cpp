#include "connectors/memory/row_form.hpp"

#include <algorithm>

namespace rowprint::memory {

Result<void> DeclaredColumns::add(const std::string& name, std::optional<Type> type) {
  if (!type) {
    return {};
  }
  const Column* known = schema_.find(name);
  if (known == nullptr) {
    schema_.columns.push_back({name, *type});
  } else if (known->type != *type) {
    return fail(ErrorCode::bad_input, "the column is declared as " + std::string{to_string(known->type)} +
                                          ", its C++ type is " + std::string{to_string(*type)});
  }
  return {};
}

std::optional<Type> DeclaredColumns::find(std::string_view name) const {
  const Column* known = schema_.find(name);
  return known == nullptr ? std::nullopt : std::optional{known->type};
}

Result<void> FixedColumns::bind(std::string_view name, std::optional<Type> static_type, BatchBuilder& builder,
                                DeclaredColumns& declared) {
  const Result<std::uint32_t> ordinal = builder.column(name);
  if (!ordinal) {
    return tl::unexpected{inside(name, ordinal.error())};
  }
  if (std::ranges::find(columns_, *ordinal, &Bound::ordinal) != columns_.end()) {
    Error error;
    error.code = ErrorCode::bad_input;
    error.reason = "the column is named twice";
    return fail(inside(name, std::move(error)));
  }
  const std::string owned{name};
  if (Result<void> added = declared.add(owned, static_type); !added) {
    return tl::unexpected{inside(name, std::move(added.error()))};
  }
  columns_.push_back({owned, *ordinal, static_type ? std::nullopt : declared.find(name)});
  return {};
}

}  // namespace rowprint::memory
