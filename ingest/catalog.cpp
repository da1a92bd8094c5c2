#include "ingest/catalog.hpp"

#include "ingest/model/ascii.hpp"

#include <algorithm>

namespace rowprint {
namespace {

constexpr std::size_t kNameBytesMax = 128;

bool is_letter_or_digit(char character) {
  return is_letter(character) || is_digit(character);
}

}  // namespace

bool is_dataset_name(std::string_view name) {
  return !name.empty() && name.size() <= kNameBytesMax && is_letter_or_digit(name.front()) &&
         std::ranges::all_of(name, [](char character) {
           return is_letter_or_digit(character) || character == '.' || character == '_' || character == '-';
         });
}

}  // namespace rowprint
