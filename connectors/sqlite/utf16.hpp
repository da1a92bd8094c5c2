#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rowprint::sqlite_file {

/// The same text in UTF-8, or nothing where a surrogate stands alone: it would be told from no other text.
std::optional<std::string> utf8_of(std::u16string_view text);

}  // namespace rowprint::sqlite_file
